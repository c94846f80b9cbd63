import Columnar
import Dataflow
import State
import TestKit
import Testing

@testable import Operators

@Suite("SESSION on its own")
struct SessionTableTests {
  static let input = WindowAggregateTests.input
  static let output = Schema(
    input.fields + ["start", "end", "time"].map { Field($0, .timestamp(precision: 3), isNullable: false) })

  static func setup(gap: Int64, keys: [Int] = [0], clock: WindowClock = .eventTime) -> OperatorSetup {
    OperatorsTests.setup(
      .windowTable(WindowTableSpec(kind: .session(gap: gap), time: 1, clock: clock, partition: keys)), input, output: output, keys: [keys])
  }

  private func values(_ batch: RecordBatch) -> [String] {
    (0..<batch.rowCount).map { row in
      batch.values(at: row).map { if case .integer(let number) = $0 { "\(number)" } else { "NULL" } }.joined(separator: " ")
    }
  }

  @Test("rows come with their session once it is closed, also those that come out of order; then its state is gone")
  func closes() throws {
    let harness = try OperatorHarness(Self.setup(gap: 10 * second))
    try harness.process(batch("key t:timestamp value \n 1 21000000 1 \n 2 4000000 2 \n 1 3000000 3 \n 1 12000000 4 \n 1 NULL 5"))
    try harness.advance(to: 14 * second - millisecond)
    #expect(values(harness.take()) == ["2 4000000 2 4000000 14000000 13999000"])
    try harness.process(batch("key t:timestamp value \n 1 30000000 6"))
    try harness.advance(to: 40 * second - millisecond - 1)
    #expect(harness.take().rowCount == 0)
    try harness.advance(to: 40 * second - millisecond)
    #expect(
      values(harness.take())
        == ["1 3000000 3", "1 12000000 4", "1 21000000 1", "1 30000000 6"].map { $0 + " 3000000 40000000 39999000" })
    #expect(harness.lateRowCount == 0)
    #expect(try harness.snapshot().allSatisfy { $0.keyGroups.isEmpty })
  }

  @Test("a row behind the watermark comes with the open session that it touches; others are late and do not come later")
  func late() throws {
    let harness = try OperatorHarness(Self.setup(gap: 10 * second))
    try harness.process(batch("key t:timestamp value \n 1 20000000 1 \n 2 25000001 1"))
    try harness.advance(to: 25 * second)
    try harness.process(batch("key t:timestamp value \n 1 9999999 2 \n 1 10000000 4 \n 1 100000 8 \n 2 15000000 16 \n 3 0 1"))
    #expect(harness.lateRowCount == 3)
    try harness.finish()
    #expect(
      values(harness.take()) == [
        "1 100000 8 100000 30000000 29999000", "1 10000000 4 100000 30000000 29999000", "1 20000000 1 100000 30000000 29999000",
        "2 25000001 1 25000001 35000001 34999001",
      ])
  }

  @Test("on processing time a session is timed by the clock, and closes when it is due or at the end")
  func processingTime() throws {
    let harness = try OperatorHarness(Self.setup(gap: 10, clock: .processingTime))
    harness.now = 103
    try harness.process(batch("key t:timestamp value \n 1 0 1"))
    harness.now = 112
    try harness.process(batch("key t:timestamp value \n 1 0 2"))
    try harness.runDry(now: 121)
    #expect(harness.take().rowCount == 0)
    harness.now = 122
    try harness.runDry(now: 122)
    #expect(values(harness.take()) == ["1 0 1 103 122 122", "1 0 2 103 122 122"])
    harness.now = 130
    try harness.process(batch("key t:timestamp value \n 1 0 3"))
    try harness.finish()
    #expect(values(harness.take()) == ["1 0 3 130 140 130"])
  }

  private func rows(_ session: SessionModel.Session, gap: Int64) -> [String] {
    let window: [Int64] = [session.first, session.last + gap, session.last + gap - millisecond]
    return session.rows.map { "+I \($0 + window.map { .integer($0) })" }
  }

  @Test(
    "rows, sessions and late rows are what the definition says", arguments: [1_000, 3_000, 10_000, 40_000] as [Int64],
    0..<25 as Range<UInt64>)
  func agreesWithTheDefinition(gap: Int64, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = WindowAggregateTests.inputs(&random)
    var model = SessionModel(gap: gap)
    for input in inputs { model.send(input) }
    model.close()
    let expected = model.closed.flatMap { rows($0, gap: gap) }.sorted()
    for rowLimit in [Output.rowCountMax, 2] {
      var setup = Self.setup(gap: gap)
      setup.rowLimit = rowLimit
      let harness = try OperatorHarness(setup)
      for input in inputs { try harness.send(input) }
      try harness.finish()
      #expect(harness.take().sortedRows == expected)
      #expect(harness.lateRowCount == model.lateRowCount)
    }
  }

  @Test("snapshot, restore and rescale are invisible", arguments: 0..<16 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = WindowAggregateTests.inputs(&random)
    for keys in [[0], []] {
      let outcome = try runWithRestart(
        Self.setup(gap: 6_000, keys: keys), inputs, restart: .random(in: 0..<inputs.count, using: &random))
      #expect(outcome.restored == outcome.straight)
      #expect(outcome.rescaled == outcome.straight)
      #expect(!outcome.straight.isEmpty)
    }
  }
}
