import Columnar
import Dataflow
import Expressions
import State
import TestKit
import Testing

@testable import Operators

@Suite("State that expires by processing time")
struct ExpiryTests {
  private static let input = schema("k v")
  private static let sum = AggregateCall(.sum, argument: 1, argumentType: .int64, resultType: .int64)

  private static func aggregate(_ timeToLive: Int64?) -> OperatorSetup {
    var spec = GroupAggregateSpec(
      keys: [0], aggregates: [sum], consumesRetractions: false, emitsUpdateBefore: true, phase: .complete)
    spec.timeToLive = timeToLive
    return setup(.groupAggregate(spec), input, output: schema("k s"), keys: [[0]])
  }

  private static func join(_ kind: JoinKind, left: Int64?, right: Int64?) -> OperatorSetup {
    var spec = JoinSpec(kind: kind, leftKeys: [0], rightKeys: [0])
    (spec.leftTimeToLive, spec.rightTimeToLive) = (left, right)
    return setup(.join(spec), schema("k a"), schema("k b"), output: kind.isLeftOnly ? schema("k a") : schema("k a k2 b"), keys: [[0], [0]])
  }

  /// What each operator that expires takes, over `[k, v]` and, with two inputs, over the same twice.
  private static func setups(_ timeToLive: Int64?) -> [(name: String, setup: OperatorSetup, inputCount: Int, isChangelog: Bool)] {
    var all: [(name: String, setup: OperatorSetup, inputCount: Int, isChangelog: Bool)] = []
    var retracting = GroupAggregateSpec(
      keys: [0], aggregates: [sum, AggregateCall(.max, argument: 1, argumentType: .int64, resultType: .int64)], consumesRetractions: true,
      emitsUpdateBefore: true, phase: .complete)
    retracting.timeToLive = timeToLive
    all.append(("aggregate", aggregate(timeToLive), 1, false))
    all.append(("aggregate with retractions", setup(.groupAggregate(retracting), input, output: schema("k s m"), keys: [[0]]), 1, true))
    for kind in JoinKindTests.kinds { all.append(("\(kind.rawValue) join", join(kind, left: timeToLive, right: timeToLive), 2, true)) }
    for retracts in [false, true] {
      var rank = RankSpec(
        keys: [0], order: [SortKey(1)], limit: 2, outputsRank: false, consumesRetractions: retracts, emitsUpdateBefore: true)
      rank.timeToLive = timeToLive
      all.append(("Top-N", setup(.rank(rank), input, output: input, keys: [[0]]), 1, retracts))
    }
    for kept in [DeduplicateSpec.Kept.first, .last] {
      var spec = DeduplicateSpec(keys: [0], time: 1, keeps: kept, emitsUpdateBefore: kept == .last)
      spec.timeToLive = timeToLive
      let timed = schema("k t:timestamp(3)")
      all.append(("\(kept.rawValue) row", setup(.deduplicate(spec), timed, output: timed, keys: [[0]]), 1, false))
    }
    var normalize = ChangelogNormalizeSpec(keys: [0], emitsUpdateBefore: true)
    normalize.timeToLive = timeToLive
    all.append(("normalisation", setup(.changelogNormalize(normalize), input, output: input, keys: [[0]]), 1, true))
    var materialize = UpsertMaterializeSpec(keys: [0], upsertKey: nil)
    materialize.timeToLive = timeToLive
    all.append(("materialisation", setup(.upsertMaterialize(materialize), input, output: input, keys: [[0]]), 1, true))
    var intersect = SetOperationSpec(kind: .intersect, isAll: true)
    intersect.timeToLive = timeToLive
    all.append(("INTERSECT", setup(.setOperation(intersect), input, input, output: input, keys: [[0, 1], [0, 1]]), 2, true))
    return all
  }

  private static func rows(_ random: inout SeededGenerator, setup: OperatorSetup, input: Int, isChangelog: Bool) -> RecordBatch {
    let schema = setup.inputs[input]
    var kinds: [ChangeKind] = []
    let columns = schema.fields.map { ColumnBuilder($0.type) }
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      for column in columns { column.append(.integer(Int64.random(in: 0..<4, using: &random))) }
      kinds.append(isChangelog && Int.random(in: 0..<3, using: &random) == 0 ? .delete : .insert)
    }
    return RecordBatch(
      schema: schema, columns: columns.map { $0.finish() }, rowCount: kinds.count, changes: isChangelog ? kinds : nil)
  }

  @Test("with a time to live that never passes nothing is different", arguments: 0..<12 as Range<UInt64>)
  func outlived(seed: UInt64) throws {
    for (plain, expiring) in zip(Self.setups(nil), Self.setups(1_000_000)) {
      var random = SeededGenerator(seed: seed)
      let (one, other) = (try OperatorHarness(plain.setup), try OperatorHarness(expiring.setup))
      for step in 0..<30 as Range<Int64> {
        let input = Int.random(in: 0..<plain.inputCount, using: &random)
        let batch = Self.rows(&random, setup: plain.setup, input: input, isChangelog: plain.isChangelog)
        other.now = step * 1_000
        try one.process(batch, input: input)
        try other.process(batch, input: input)
        #expect(one.take() == other.take(), "\(plain.name), step \(step)")
      }
    }
  }

  @Test("after the time to live an operator is as if nothing had come before", arguments: 0..<12 as Range<UInt64>)
  func forgotten(seed: UInt64) throws {
    for expiring in Self.setups(10) where expiring.name != "first row" {
      var random = SeededGenerator(seed: seed)
      let (old, new) = (try OperatorHarness(expiring.setup), try OperatorHarness(expiring.setup))
      old.now = 100
      for _ in 0..<8 {
        let input = Int.random(in: 0..<expiring.inputCount, using: &random)
        try old.process(Self.rows(&random, setup: expiring.setup, input: input, isChangelog: expiring.isChangelog), input: input)
      }
      _ = old.take()
      (old.now, new.now) = (110, 110)
      for step in 0..<8 {
        let input = Int.random(in: 0..<expiring.inputCount, using: &random)
        let batch = Self.rows(&random, setup: expiring.setup, input: input, isChangelog: expiring.isChangelog)
        try old.process(batch, input: input)
        try new.process(batch, input: input)
        #expect(old.take() == new.take(), "\(expiring.name), step \(step)")
      }
    }
  }

  @Test("that a key's first row has been emitted is forgotten, a row that waits for the watermark is not")
  func firstRow() throws {
    let setup = try #require(Self.setups(10).first { $0.name == "first row" }).setup
    let harness = try OperatorHarness(setup)
    let header = "k t:timestamp(3)"
    harness.now = 100
    try harness.process(batch("\(header) \n 1 5000 \n 2 9000"))
    try harness.advance(to: 6_000)
    #expect(harness.take() == batch("\(header) \n 1 5000"))
    harness.now = 109
    try harness.process(batch("\(header) \n 1 7000"))
    harness.now = 110
    try harness.process(batch("\(header) \n 1 8000"))
    try harness.advance(to: 9_000)
    #expect(harness.take() == batch("\(header) \n 1 8000 \n 2 9000"))
  }

  @Test("a key lives on from its last row, not from its first")
  func renewed() throws {
    let harness = try OperatorHarness(Self.aggregate(10))
    for (time, sum) in [(100, 1), (109, 2), (118, 3)] as [(Int64, Int64)] {
      harness.now = time
      try harness.process(batch("k v \n 1 1"))
      #expect(harness.take().columns[1].widenedToInt64.values.last == sum)
    }
    harness.now = 128
    try harness.process(batch("k v \n 1 1"))
    #expect(harness.take() == batch("k s \n +I 1 1"))
  }

  @Test("the stamps are in the snapshot, at whatever parallelism it is restored", arguments: [1, 3])
  func restored(parallelism: Int) throws {
    let before = try OperatorHarness(Self.join(.inner, left: 10, right: nil))
    before.now = 100
    try before.process(batch("k a \n 1 10 \n 2 20"), input: 0)
    before.now = 105
    try before.process(batch("k a \n 3 30"), input: 0)
    let after = try OperatorHarness(Self.join(.inner, left: 10, right: nil), parallelism: parallelism, restoring: try before.snapshot())
    after.now = 109
    try after.process(batch("k b \n 1 1"), input: 1)
    #expect(after.take() == batch("k a k2 b \n 1 10 1 1"))
    after.now = 110
    try after.process(batch("k b \n 2 2"), input: 1)
    try after.process(batch("k b \n 3 3"), input: 1)
    #expect(after.take() == batch("k a k2 b \n 3 30 3 3"))
  }

  @Test("state of a snapshot without stamps lives on from the time of the restore")
  func upgraded() throws {
    let before = try OperatorHarness(Self.aggregate(nil))
    try before.process(batch("k v \n" + (0..<500).map { "\($0) 1" }.joined(separator: "\n")))
    let after = try OperatorHarness(Self.aggregate(10), restoring: try before.snapshot())
    after.now = 1_000
    try after.process(batch("k v \n 1 1"))
    #expect(after.take() == batch("k s \n -U 1 1 \n +U 1 2"))
    after.now = 1_009
    try after.process(batch("k v \n 498 1"))
    #expect(after.take() == batch("k s \n -U 498 1 \n +U 498 2"))
    after.now = 1_010
    try after.process(batch("k v \n 1 1 \n 498 1 \n 499 1"))
    #expect(after.take() == batch("k s \n +I 1 1 \n -U 498 2 \n +U 498 3 \n +I 499 1"), "restored at 1000, though nobody saw 499 then")
  }

  /// Rows of a join that did not expire lie in lists or in multimaps; those of one that did may have stamps on one side alone.
  @Test("rows of a join's snapshot without stamps live on from the time of the restore", arguments: [JoinKind.inner, .left, .full])
  func upgradedJoin(kind: JoinKind) throws {
    let before = try OperatorHarness(Self.join(kind, left: nil, right: nil))
    before.now = 5
    try before.process(batch("k a \n" + (0..<500).map { "\($0) 7" }.joined(separator: "\n")), input: 0)
    try Self.expectLife(Self.join(kind, left: 10, right: 10), restoring: before.snapshot())
  }

  @Test("rows of lists live on from the time of the restore in a join that forgets them")
  func upgradedLists() throws {
    var spec = JoinSpec(kind: .inner, leftKeys: [0], rightKeys: [0])
    spec.isInsertOnly = true
    let lists = setup(.join(spec), schema("k a"), schema("k b"), output: schema("k a k2 b"), keys: [[0], [0]])
    let before = try OperatorHarness(lists)
    try before.process(batch("k a \n" + (0..<500).map { "\($0) 7" }.joined(separator: "\n")), input: 0)
    try Self.expectLife(Self.join(.inner, left: 10, right: 10), restoring: before.snapshot())
  }

  /// Left rows 0 to 499 are joined within ten microseconds after the clock is first seen, and not later.
  private static func expectLife(_ setup: OperatorSetup, restoring snapshots: [OperatorSnapshot]) throws {
    let after = try OperatorHarness(setup, restoring: snapshots)
    func joined(_ key: Int, at now: Int64) throws -> Bool {
      after.now = now
      try after.process(batch("k b \n \(key) 1"), input: 1)
      let rows = after.take()
      return (0..<rows.rowCount).contains { rows.change($0).sign > 0 && rows.values(at: $0)[1] == .integer(7) }
    }
    #expect(try joined(1, at: 1_000))
    #expect(try joined(498, at: 1_009))
    #expect(try !joined(499, at: 1_010), "restored at 1000")
  }

  @Test("what has expired is freed by the batches of other keys, a bounded piece each")
  func swept() throws {
    let setups = [
      (Self.aggregate(10), "k v"), (Self.join(.left, left: 10, right: 10), "k a"),
    ]
    for (setup, header) in setups {
      let harness = try OperatorHarness(setup)
      harness.now = 100
      let count = 1_000
      try harness.process(batch(header + "\n" + (0..<count).map { "\($0) 1" }.joined(separator: "\n")))
      harness.now = 120
      func keyCount() throws -> Int { try Self.keyCount(harness.snapshot()) }
      #expect(try keyCount() == count)
      try harness.process(batch("\(header) \n 5000 1"))
      #expect(try keyCount() > count - 2 * GroupExpiry.sweepCount)
      for _ in 0..<(count / GroupExpiry.sweepCount + 2) { try harness.process(batch("\(header) \n 5000 1")) }
      #expect(try keyCount() == 1)
    }
  }

  /// Keys in the state, by taking it in.
  private static func keyCount(_ snapshots: [OperatorSnapshot]) throws -> Int {
    let state = StateBackend(
      keyGroups: .of(subtask: 0, parallelism: 1, maxParallelism: 128), maxParallelism: 128, subtask: 0, parallelism: 1)
    try state.restore(snapshots)
    let name = try state.keyedTable("groups", TableSchema(keys: [input[0]])).groups.count
    return name + (try state.keyedTable("rows", TableSchema(keys: [input[0]])).groups.count)
  }
}
