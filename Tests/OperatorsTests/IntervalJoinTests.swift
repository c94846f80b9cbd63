import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

@Suite("Interval joins")
struct IntervalJoinTests {
  static let left = schema("k a:string t")
  static let right = schema("k2 b:int u")
  static let output = schema("k a:string t k2 b:int u")
  static let kinds: [JoinKind] = [.inner, .left, .right, .full]

  /// Left time less right time is from `lower` to `upper`, milliseconds.
  static func setup(_ kind: JoinKind, _ lower: Int64, _ upper: Int64, condition: Expression? = nil, isKeyed: Bool = true) -> OperatorSetup {
    let keys = isKeyed ? [0] : []
    return OperatorsTests.setup(
      .intervalJoin(
        IntervalJoinSpec(
          kind: kind, leftKeys: keys, rightKeys: keys, leftTime: 2, rightTime: 2, lower: lower * millisecond, upper: upper * millisecond,
          condition: condition)), left, right, output: output, keys: [keys, keys])
  }

  @Test("pairs within the bounds come at once, both ends included, others never")
  func bounds() throws {
    let harness = try OperatorHarness(Self.setup(.inner, -5, 2))
    try harness.process(batch("k2 b:int u \n 1 1 0 \n 1 2 8000 \n 1 3 10000 \n 1 4 15000 \n 1 5 15001 \n 2 6 10000"), input: 1)
    #expect(harness.take().rowCount == 0)
    try harness.process(batch("k a:string t \n 1 x 10000 \n NULL y 10000 \n 1 z NULL"), input: 0)
    #expect(
      harness.take().sortedRows
        == batch("k a:string t k2 b:int u \n 1 x 10000 1 2 8000 \n 1 x 10000 1 3 10000 \n 1 x 10000 1 4 15000").sortedRows)
  }

  @Test("a lonely row of a padded side comes when the watermark has passed its bound; then its state is gone")
  func padding() throws {
    let harness = try OperatorHarness(Self.setup(.full, -5, 2))
    try harness.process(batch("k a:string t \n 1 x 10000 \n 2 y 10000 \n NULL z 10000"), input: 0)
    #expect(harness.take() == batch("k a:string t k2 b:int u \n NULL z 10000 NULL NULL NULL"))
    try harness.process(batch("k2 b:int u \n 1 7 11000 \n 3 8 11000"), input: 1)
    #expect(harness.take() == batch("k a:string t k2 b:int u \n 1 x 10000 1 7 11000"))
    try harness.advance(to: 13_000)
    #expect(harness.take().rowCount == 0)
    try harness.advance(to: 13_001)
    #expect(harness.take() == batch("k a:string t k2 b:int u \n NULL NULL NULL 3 8 11000"))
    try harness.advance(to: 15_001)
    #expect(harness.take() == batch("k a:string t k2 b:int u \n 2 y 10000 NULL NULL NULL"))
    try harness.advance(to: 100_000)
    #expect(try harness.snapshot()[0].keyGroups.isEmpty)
    try harness.finish()
    #expect(harness.take().rowCount == 0)
  }

  @Test("late rows join what is still there; of a padded side they come alone at once, else they are counted")
  func late() throws {
    for (kind, rows, count) in [
      (JoinKind.inner, "", 1), (.left, "1 x 1000 NULL NULL NULL", 0), (.right, "", 1), (.full, "1 x 1000 NULL NULL NULL", 0),
    ] {
      let harness = try OperatorHarness(Self.setup(kind, -5, 2))
      try harness.advance(to: 20_000)
      try harness.process(batch("k2 b:int u \n 1 1 19000"), input: 1)
      try harness.process(batch("k a:string t \n 1 x 1000 \n 1 y 16000"), input: 0)
      #expect(
        harness.take().sortedRows == batch("k a:string t k2 b:int u \n 1 y 16000 1 1 19000 \n \(rows)").sortedRows, "\(kind)")
      #expect(harness.lateRowCount == count, "\(kind)")
    }
  }

  @Test("a pair for which the condition is not TRUE is no match")
  func condition() throws {
    let condition = Expression.call(.greater, [.column(4, .int32), .literal(.integer(1), .int32)], .boolean)
    let harness = try OperatorHarness(Self.setup(.left, 0, 0, condition: condition))
    try harness.process(batch("k a:string t \n 1 x 5000 \n 1 y 6000"), input: 0)
    try harness.process(batch("k2 b:int u \n 1 1 5000 \n 1 2 6000 \n 1 NULL 6000"), input: 1)
    #expect(harness.take() == batch("k a:string t k2 b:int u \n 1 y 6000 1 2 6000"))
    try harness.finish()
    #expect(harness.take() == batch("k a:string t k2 b:int u \n 1 x 5000 NULL NULL NULL"))
  }

  @Test("the watermark is held back by the farther bound and a millisecond, and not at the end")
  func heldBack() throws {
    for (lower, upper, held) in [(-5, 2, 6), (-1, 3, 4), (5, 9, 10), (-9, -5, 10)] as [(Int64, Int64, Int64)] {
      let spec = IntervalJoinSpec(
        kind: .inner, leftKeys: [], rightKeys: [], leftTime: 0, rightTime: 0, lower: lower * millisecond, upper: upper * millisecond)
      let join = try IntervalJoin(spec)
      #expect(join.outgoing(Watermark(microseconds: 20_000)).microseconds == 20_000 - held * millisecond)
      #expect(join.outgoing(.end) == .end)
      #expect(join.outgoing(.none) == .none)
    }
  }

  @Test("a full output stops within a row, and nothing is lost or doubled")
  func yields() throws {
    for kind in Self.kinds {
      var setup = Self.setup(kind, -50, 50)
      setup.rowLimit = 3
      let harness = try OperatorHarness(setup)
      let rows = (0..<40).map { "\($0 % 4) \($0) \($0 * 1000)" }.joined(separator: "\n")
      try harness.process(batch("k2 b:int u \n \(rows)"), input: 1)
      try harness.process(batch("k a:string t \n \(rows) \n 9 q 0 \n 8 q 0 \n 7 q 0 \n 6 q 0"), input: 0)
      try harness.finish()
      let lonely = kind.padsLeft ? 4 : 0
      #expect(harness.take().rowCount == 40 * 10 + lonely, "\(kind)")
    }
  }

  // MARK: Processing time

  private static func clockedSpec(_ kind: JoinKind) -> OperatorSpec {
    .intervalJoin(
      IntervalJoinSpec(
        kind: kind, leftKeys: [0], rightKeys: [0], leftTime: 2, rightTime: 2, lower: -5 * millisecond, upper: 2 * millisecond,
        clock: .processingTime))
  }

  private static func clocked(_ kind: JoinKind) -> OperatorSetup {
    OperatorsTests.setup(clockedSpec(kind), left, right, output: output, keys: [[0], [0]])
  }

  @Test("on processing time a row has the time at which it comes, whatever its column says; a lonely one comes when the clock has passed")
  func processingTime() throws {
    let harness = try OperatorHarness(Self.clocked(.full))
    harness.now = 10_999
    try harness.process(batch("k a:string t \n 1 x 7 \n 2 y NULL"), input: 0)
    harness.now = 15_000
    try harness.process(batch("k2 b:int u \n 1 1 7"), input: 1)
    #expect(harness.take() == batch("k a:string t k2 b:int u \n 1 x 7 1 1 7"))
    harness.now = 16_000
    try harness.process(batch("k2 b:int u \n 2 2 7"), input: 1)
    #expect(harness.take().rowCount == 0)
    try harness.send(.processingTime(15_999))
    #expect(harness.take().rowCount == 0)
    try harness.send(.processingTime(16_000))
    #expect(harness.take() == batch("k a:string t k2 b:int u \n 2 y NULL NULL NULL NULL"))
    try harness.finish()
    #expect(harness.take() == batch("k a:string t k2 b:int u \n NULL NULL NULL 2 2 7"))
    #expect(harness.lateRowCount == 0)
  }

  @Test("the clock alone frees what finds no match any more, and then asks for nothing")
  func timers() throws {
    for kind in Self.kinds {
      let made = try OperatorFactory.make(Self.clockedSpec(kind))
      let harness = try OperatorHarness(OperatorSetup(inputs: [Self.left, Self.right], output: Self.output, keys: [[0], [0]]) { made })
      #expect(made.nextProcessingTimer == nil)
      harness.now = 10_000
      try harness.process(batch("k a:string t \n 1 x 7"), input: 0)
      try harness.process(batch("k2 b:int u \n 2 1 7"), input: 1)
      var timers: [Int64] = []
      while let timer = made.nextProcessingTimer, timers.count < 10 {
        timers.append(timer)
        try harness.send(.processingTime(timer))
      }
      #expect(timers.count < 10 && timers.allSatisfy { $0 > 10_000 && $0 <= 20_000 }, "\(kind) \(timers)")
      #expect(harness.take().rowCount == (kind.padsLeft ? 1 : 0) + (kind.padsRight ? 1 : 0))
      #expect(try harness.snapshot()[0].keyGroups.isEmpty)
    }
  }

  @Test("on processing time straight, restored and rescaled are equal", arguments: 0..<8 as Range<UInt64>)
  func restartsByTheClock(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var inputs: [OperatorInput] = []
    for _ in 0..<40 {
      let rows = (0..<(random.next() % 3 + 1)).map { _ in "\(random.next() % 3) \(random.next() % 9) 0" }.joined(separator: "\n")
      let side = Int(random.next() % 2)
      inputs.append(.batch(side == 0 ? batch("k a:string t \n \(rows)") : batch("k2 b:int u \n \(rows)"), input: side))
      inputs.append(.processingTime(Int64(inputs.count) * 700))
    }
    let restart = Int(random.next() % UInt64(inputs.count))
    for kind in Self.kinds {
      let outcome = try runWithRestart(Self.clocked(kind), inputs, restart: restart)
      #expect(outcome.straight == outcome.restored, "\(kind)")
      #expect(outcome.straight == outcome.rescaled, "\(kind)")
      #expect(!outcome.straight.isEmpty)
    }
  }

  /// Rows in disorder, watermarks in between, some rows late.
  private static func inputs(_ random: inout SeededGenerator) -> [OperatorInput] {
    var inputs: [OperatorInput] = []
    var now: Int64 = 0
    for _ in 0..<30 {
      now += Int64(random.next() % 6)
      let side = Int(random.next() % 2)
      let rows = (0..<(random.next() % 5 + 1)).map { _ in
        let time = max(0, now + Int64(random.next() % 8) - 3) * 1_000
        let key = random.next() % 9 == 0 ? "NULL" : "\(random.next() % 3)"
        return "\(key) \(random.next() % 4) \(random.next() % 11 == 0 ? "NULL" : "\(time)")"
      }.joined(separator: "\n")
      inputs.append(.batch(side == 0 ? batch("k a:string t \n \(rows)") : batch("k2 b:int u \n \(rows)"), input: side))
      if random.next() % 3 == 0 { inputs.append(.watermark(max(0, now - 2) * 1_000)) }
    }
    var last: Int64 = -1
    return inputs.filter { input in
      guard case .watermark(let time) = input else { return true }
      defer { last = max(last, time) }
      return time > last
    }
  }

  @Test("without late rows the result is the definition's, whatever the order", arguments: 0..<24 as Range<UInt64>)
  func definition(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random).filter { if case .batch = $0 { true } else { false } }
    let (lower, upper) = (Int64(random.next() % 8) - 5, Int64(random.next() % 8) + 2)
    for kind in Self.kinds {
      let harness = try OperatorHarness(Self.setup(kind, lower, upper))
      var sides: [[[Value]]] = [[], []]
      for input in inputs {
        try harness.send(input)
        if case .batch(let batch, let side) = input { sides[side] += (0..<batch.rowCount).map { batch.values(at: $0) } }
      }
      try harness.finish()
      var expected: [[Value]] = []
      var matched: [Set<Int>] = [[], []]
      for (i, l) in sides[0].enumerated() {
        for (j, r) in sides[1].enumerated() {
          guard case .integer(let t) = l[2], case .integer(let u) = r[2], l[0] != .null, l[0] == r[0],
            (lower * millisecond...upper * millisecond).contains(t - u)
          else { continue }
          expected.append(l + r)
          matched[0].insert(i)
          matched[1].insert(j)
        }
      }
      let nulls = [Value](repeating: .null, count: 3)
      if kind.padsLeft { for (i, l) in sides[0].enumerated() where !matched[0].contains(i) { expected.append(l + nulls) } }
      if kind.padsRight { for (j, r) in sides[1].enumerated() where !matched[1].contains(j) { expected.append(nulls + r) } }
      let found = harness.take()
      #expect(
        (0..<found.rowCount).map { "\(found.values(at: $0))" }.sorted() == expected.map { "\($0)" }.sorted(), "\(kind) \(lower) \(upper)")
    }
  }

  @Test("straight, restored and rescaled are equal, late rows and all", arguments: 0..<12 as Range<UInt64>)
  func restarts(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random)
    let restart = Int(random.next() % UInt64(inputs.count))
    for kind in Self.kinds {
      let outcome = try runWithRestart(Self.setup(kind, -4, 3), inputs, restart: restart)
      #expect(outcome.straight == outcome.restored, "\(kind)")
      #expect(outcome.straight == outcome.rescaled, "\(kind)")
      #expect(!outcome.straight.isEmpty)
    }
  }
}
