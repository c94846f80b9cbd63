import Columnar
import Dataflow
import Expressions
import State
import TestKit
import Testing

@testable import Operators

@Suite("SessionAggregate")
struct SessionAggregateTests {
  static let input = WindowAggregateTests.input
  static let output = WindowAggregateTests.output

  static func setup(
    gap: Int64, _ aggregates: [AggregateCall] = [.countStar, .of(.sum, 2)], output: Schema = output, clock: WindowClock = .eventTime
  ) -> OperatorSetup {
    let spec = WindowAggregateSpec(
      kind: .session(gap: gap), time: 1, keys: [0], aggregates: aggregates, properties: [.start, .end], phase: .complete, clock: clock)
    return OperatorsTests.setup(.windowAggregate(spec), input, output: output, keys: [[0]])
  }

  @Test("rows as far apart as the gap are one session, those further apart are two, whatever their order")
  func gap() throws {
    let harness = try OperatorHarness(Self.setup(gap: 10 * second))
    try harness.process(
      batch("key t:timestamp value \n 1 30000001 1 \n 1 0 2 \n 1 20000000 4 \n 1 10000000 8 \n 2 5000000 1 \n 1 NULL 9"))
    try harness.finish()
    #expect(
      harness.take()
        == batch(
          """
          key n sum start:timestamp end:timestamp
          2 1 1 5000000 15000000
          1 3 14 0 30000000
          1 1 1 30000001 40000001
          """))
  }

  @Test("a session closes a millisecond before the gap is over, and its memory is freed")
  func closes() throws {
    let harness = try OperatorHarness(Self.setup(gap: 10 * second))
    try harness.process(batch("key t:timestamp value \n 1 3000000 1 \n 1 9000000 2"))
    try harness.advance(to: 19 * second - millisecond - 1)
    #expect(harness.take().rowCount == 0)
    try harness.advance(to: 19 * second - millisecond)
    #expect(harness.take() == batch("key n sum start:timestamp end:timestamp \n 1 2 3 3000000 19000000"))
    #expect(try harness.snapshot().allSatisfy { $0.keyGroups.isEmpty })
  }

  @Test("a row behind the watermark is late, unless it touches a session that is open")
  func late() throws {
    let harness = try OperatorHarness(Self.setup(gap: 10 * second))
    try harness.process(batch("key t:timestamp value \n 1 20000000 1 \n 2 25000001 1"))
    try harness.advance(to: 25 * second)
    try harness.process(batch("key t:timestamp value \n 1 9999999 2 \n 1 10000000 4 \n 1 100000 8 \n 2 15000000 16 \n 3 0 1"))
    #expect(harness.lateRowCount == 3)
    try harness.finish()
    #expect(
      harness.take()
        == batch("key n sum start:timestamp end:timestamp \n 1 3 13 100000 30000000 \n 2 1 1 25000001 35000001"))
  }

  @Test("a first value is that of the session's beginning")
  func firstValue() throws {
    let output = schema("key first last start:timestamp end:timestamp")
    let harness = try OperatorHarness(Self.setup(gap: 10, [.of(.firstValue, 2), .of(.lastValue, 2)], output: output))
    try harness.process(batch("key t:timestamp value \n 1 8 1 \n 1 12 2 \n 1 22 3 \n 1 31 4"))
    try harness.finish()
    #expect(harness.take() == batch("key first last start:timestamp end:timestamp \n 1 1 4 8 41"))
  }

  @Test("on processing time a session is timed by the clock, and closes when it is due or at the end")
  func processingTime() throws {
    let made = try OperatorFactory.make(
      .windowAggregate(
        WindowAggregateSpec(
          kind: .session(gap: 10), time: 1, keys: [0], aggregates: [.countStar, .of(.sum, 2)], properties: [.start, .end],
          phase: .complete, clock: .processingTime)))
    let state = StateBackend(keyGroups: .of(subtask: 0, parallelism: 1, maxParallelism: 1), maxParallelism: 1, subtask: 0, parallelism: 1)
    try made.open(
      OperatorContext(
        operatorID: OperatorID(hex: String(repeating: "0", count: 32)), subtask: 0, parallelism: 1, maxParallelism: 1,
        inputSchemas: [Self.input], outputSchema: Self.output, state: state, timeZone: "UTC"))
    #expect(made.nextProcessingTimer == nil)
    var output = Output(now: 103)
    let row = batch("key t:timestamp value \n 1 0 1")
    #expect(try made.process(row, input: 0, from: 0, into: &output) == .done)
    output.now = 112
    #expect(try made.process(row, input: 0, from: 0, into: &output) == .done)
    var fired: [Int64] = []
    while let timer = made.nextProcessingTimer, fired.count < 5 {
      fired.append(timer)
      #expect(try made.advance(toProcessingTime: timer, into: &output) == .done)
    }
    #expect(fired.last == 122)
    output.now = 130
    #expect(try made.process(row, input: 0, from: 0, into: &output) == .done)
    #expect(try made.finish(into: &output) == .done)
    #expect(
      RecordBatch.concatenate(output.drain())
        == batch("key n sum start:timestamp end:timestamp \n 1 2 2 103 122 \n 1 1 1 130 140"))
  }

  @Test("a full output is drained and closing goes on where it stopped")
  func yields() throws {
    var setup = Self.setup(gap: 5)
    setup.rowLimit = 1
    let harness = try OperatorHarness(setup)
    let rows = (0..<10_000).map { "\($0) \($0 % 30) 1 \n \($0) \($0 % 30 + 4) 1" }.joined(separator: "\n")
    try harness.process(batch("key t:timestamp value\n\(rows)"))
    try harness.finish()
    let emitted = harness.take()
    #expect(harness.yieldCount > 2)
    #expect(emitted.rowCount == 10_000)
    #expect(Set(emitted.sortedRows).count == 10_000)
  }

  private func row(_ session: SessionModel.Session, gap: Int64) -> String {
    let numbers = session.rows.compactMap { if case .integer(let number) = $0[2] { number } else { nil } }
    let sum = numbers.isEmpty ? Value.null : .integer(numbers.reduce(0, &+))
    return "+I \([session.key, .integer(Int64(session.rows.count)), sum, .integer(session.first), .integer(session.last + gap)])"
  }

  @Test(
    "sessions and late rows are what the definition says", arguments: [1_000, 3_000, 10_000, 40_000] as [Int64], 0..<25 as Range<UInt64>)
  func agreesWithTheDefinition(gap: Int64, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let harness = try OperatorHarness(Self.setup(gap: gap))
    var model = SessionModel(gap: gap)
    for input in WindowAggregateTests.inputs(&random) {
      try harness.send(input)
      model.send(input)
    }
    try harness.finish()
    model.close()
    #expect(harness.take().sortedRows == model.closed.map { row($0, gap: gap) }.sorted())
    #expect(harness.lateRowCount == model.lateRowCount)
  }

  @Test("snapshot, restore and rescale are invisible", arguments: 0..<16 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let aggregates: [AggregateCall] = [.countStar, .of(.sum, 2), .count(2, distinct: true)]
    let output = schema("key n sum distinct start:timestamp end:timestamp")
    let inputs = WindowAggregateTests.inputs(&random)
    let outcome = try runWithRestart(
      Self.setup(gap: 6_000, aggregates, output: output), inputs, restart: .random(in: 0..<inputs.count, using: &random))
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }
}
