import Columnar
import Dataflow
import TestKit
import Testing

@testable import Operators

@Suite("Top-N and deduplication by window")
struct WindowRankTests {
  static let input = schema("k v t e")
  static let window = AttachedWindow(end: 3, isLocal: false)

  static func top(_ limit: Int, outputsRank: Bool = true, isKeyed: Bool = false) -> OperatorSetup {
    let keys = isKeyed ? [0] : []
    return setup(
      .windowRank(
        WindowRankSpec(window: window, keys: keys, order: [SortKey(1, isDescending: true)], limit: limit, outputsRank: outputsRank)), input,
      output: outputsRank ? schema("k v t e rank!") : input, keys: [keys])
  }

  static func deduplicate(_ keeps: DeduplicateSpec.Kept) -> OperatorSetup {
    setup(
      .windowDeduplicate(WindowDeduplicateSpec(window: window, keys: [0], time: 2, keeps: keeps)), input, output: input, keys: [[0]])
  }

  @Test("the first rows of a window come in order when the watermark closes it; then its state is gone")
  func closes() throws {
    let harness = try OperatorHarness(Self.top(2))
    try harness.process(batch("k v t e \n 1 5 0 10000 \n 2 7 0 10000 \n 3 7 0 10000 \n 4 6 0 10000 \n 5 1 0 20000"))
    try harness.advance(to: 8_999)
    #expect(harness.take().rowCount == 0)
    try harness.advance(to: 9_000)
    #expect(harness.take() == batch("k v t e rank! \n 2 7 0 10000 1 \n 3 7 0 10000 2"))
    try harness.process(batch("k v t e \n 9 9 0 10000 \n 6 2 0 20000"))
    #expect(harness.lateRowCount == 1)
    try harness.advance(to: 30_000)
    #expect(harness.take() == batch("k v t e rank! \n 6 2 0 20000 1 \n 5 1 0 20000 2"))
    #expect(try harness.snapshot()[0].keyGroups.isEmpty)
  }

  @Test("each key of a window has its own first rows, without a number if nobody wants it")
  func keys() throws {
    let harness = try OperatorHarness(Self.top(1, outputsRank: false, isKeyed: true))
    try harness.process(batch("k v t e \n 1 5 0 10000 \n 2 7 0 10000 \n 1 6 0 10000 \n NULL 1 0 10000 \n NULL 2 0 10000"))
    try harness.finish()
    #expect(harness.take().sortedRows == batch("k v t e \n 1 6 0 10000 \n 2 7 0 10000 \n NULL 2 0 10000").sortedRows)
  }

  @Test("of equal times the row that came first is the first, and the one that came last the last")
  func edges() throws {
    for (keeps, wanted) in [(DeduplicateSpec.Kept.first, "1 2 100 10000 \n 2 5 300 10000"), (.last, "1 4 200 10000 \n 2 6 300 10000")] {
      let harness = try OperatorHarness(Self.deduplicate(keeps))
      try harness.process(batch("k v t e \n 1 1 200 10000 \n 1 2 100 10000 \n 1 3 100 10000 \n 1 9 NULL 10000 \n 2 5 300 10000"))
      try harness.process(batch("k v t e \n 1 4 200 10000 \n 2 6 300 10000"))
      try harness.advance(to: 9_000)
      #expect(harness.take().sortedRows == batch("k v t e \n \(wanted)").sortedRows)
      try harness.process(batch("k v t e \n 1 1 50 10000"))
      #expect(harness.lateRowCount == 1)
      #expect(try harness.snapshot()[0].keyGroups.isEmpty)
    }
  }

  private static func inputs(_ random: inout SeededGenerator) -> [OperatorInput] {
    (0..<30).flatMap { step -> [OperatorInput] in
      let rows = (0..<(random.next() % 6 + 1)).map { _ in
        // Values differ, so that the order of arrival does not matter.
        "\(random.next() % 3) \(random.next() % 1_000_000) \(random.next() % 1_000_000) \((Int64(step / 4) + 1 + Int64(random.next() % 3)) * 10_000)"
      }.joined(separator: "\n")
      let batch = OperatorInput.batch(batch("k v t e \n \(rows)"))
      return step % 4 == 3 ? [batch, .watermark(Int64(step / 4 + 2) * 10_000)] : [batch]
    }
  }

  @Test("straight, restored and rescaled are equal, late rows and all; a full output stops anywhere", arguments: 0..<12 as Range<UInt64>)
  func restarts(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random)
    let at = Int(random.next() % UInt64(inputs.count))
    for setup in [Self.top(3), Self.top(2, isKeyed: true), Self.deduplicate(.first), Self.deduplicate(.last)] {
      let outcome = try runWithRestart(setup, inputs, restart: at)
      #expect(outcome.straight == outcome.restored)
      #expect(outcome.straight == outcome.rescaled)
      #expect(!outcome.straight.isEmpty)
      var narrow = setup
      narrow.rowLimit = 2
      #expect(try runWithRestart(narrow, inputs, restart: at).straight == outcome.straight)
    }
  }
}
