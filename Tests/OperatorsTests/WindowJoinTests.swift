import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

@Suite("Window joins")
struct WindowJoinTests {
  static let left = schema("k a e")
  static let right = schema("l b f")
  static let kinds: [JoinKind] = [.inner, .left, .right, .full, .semi, .anti]
  /// `a < b`.
  static let condition = Expression.call(.less, [.column(1, .int64), .column(4, .int64)], .boolean)

  static func setup(_ kind: JoinKind, condition: Expression? = nil, isKeyed: Bool = true) -> OperatorSetup {
    let keys = isKeyed ? [0] : []
    let window = AttachedWindow(end: 2, isLocal: false)
    let output = kind.isLeftOnly ? left : schema("k a e l b f")
    return OperatorsTests.setup(
      .windowJoin(WindowJoinSpec(kind: kind, left: window, right: window, leftKeys: keys, rightKeys: keys, condition: condition)), left,
      right,
      output: output, keys: [keys, keys])
  }

  @Test("pairs of a window come when the watermark closes it, a millisecond before its end; then its state is gone")
  func closes() throws {
    let harness = try OperatorHarness(Self.setup(.inner))
    try harness.process(batch("k a e \n 1 1 10000 \n 1 2 20000 \n NULL 3 10000"), input: 0)
    try harness.process(batch("l b f \n 1 4 10000 \n 1 5 10000 \n NULL 6 10000 \n 2 7 10000"), input: 1)
    try harness.advance(to: 8_999)
    #expect(harness.take().rowCount == 0)
    try harness.advance(to: 9_000)
    #expect(harness.take() == batch("k a e l b f \n 1 1 10000 1 4 10000 \n 1 1 10000 1 5 10000"))
    try harness.advance(to: 30_000)
    #expect(harness.take().rowCount == 0)
    #expect(try harness.snapshot()[0].keyGroups.isEmpty)
  }

  @Test("rows of a closed window are counted and join nothing, also after a restart")
  func late() throws {
    let harness = try OperatorHarness(Self.setup(.full))
    try harness.process(batch("k a e \n 1 1 20000"), input: 0)
    try harness.advance(to: 9_000)
    let restored = try OperatorHarness(Self.setup(.full), restoring: try harness.snapshot())
    try restored.process(batch("l b f \n 1 2 10000 \n 1 3 20000"), input: 1)
    try restored.finish()
    #expect(restored.take() == batch("k a e l b f \n 1 1 20000 1 3 20000"))
    #expect(restored.lateRowCount == 1)
  }

  @Test("a full output stops anywhere, and nothing is lost or doubled", arguments: kinds)
  func yields(kind: JoinKind) throws {
    var setup = Self.setup(kind, condition: Self.condition)
    setup.rowLimit = 3
    let narrow = try OperatorHarness(setup)
    let wide = try OperatorHarness(Self.setup(kind, condition: Self.condition))
    let rows = (0..<60).map { "\($0 % 7 == 0 ? "NULL" : "\($0 % 4)") \($0 % 11) \($0 % 3 * 10_000)" }.joined(separator: "\n")
    for harness in [narrow, wide] {
      try harness.process(batch("k a e \n \(rows)"), input: 0)
      try harness.process(batch("l b f \n \(rows) \n 9 9 0 \n 8 1 10000"), input: 1)
      try harness.finish()
    }
    let found = wide.take()
    #expect(found.rowCount > 0)
    #expect(narrow.take().sortedRows == found.sortedRows)
  }

  /// Rows of a few windows in disorder, watermarks in between that make none of them late.
  private static func inputs(_ random: inout SeededGenerator, count: Int) -> [OperatorInput] {
    (0..<count).flatMap { step -> [OperatorInput] in
      let side = Int(random.next() % 2)
      let rows = (0..<(random.next() % 6 + 1)).map { _ in
        let key = random.next() % 9 == 0 ? "NULL" : "\(random.next() % 3)"
        return "\(key) \(random.next() % 5) \((Int64(step / 4) + 2 + Int64(random.next() % 3)) * 10_000)"
      }.joined(separator: "\n")
      let rowsOfSide = OperatorInput.batch(side == 0 ? batch("k a e \n \(rows)") : batch("l b f \n \(rows)"), input: side)
      return step % 4 == 3 ? [rowsOfSide, .watermark(Int64(step / 4 + 2) * 10_000)] : [rowsOfSide]
    }
  }

  @Test("the result is the definition's", arguments: kinds, 0..<8 as Range<UInt64>)
  func definition(kind: JoinKind, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random, count: 24)
    for (condition, isKeyed) in [(nil, true), (Self.condition, true), (nil, false), (Self.condition, false)] {
      let harness = try OperatorHarness(Self.setup(kind, condition: condition, isKeyed: isKeyed))
      var sides: [[[Value]]] = [[], []]
      for input in inputs {
        try harness.send(input)
        if case .batch(let batch, let side) = input { sides[side] += (0..<batch.rowCount).map { batch.values(at: $0) } }
      }
      try harness.finish()
      func matches(_ l: [Value], _ r: [Value]) -> Bool {
        guard l[2] == r[2], !isKeyed || l[0] != .null && l[0] == r[0] else { return false }
        if condition == nil { return true }
        guard case .integer(let a) = l[1], case .integer(let b) = r[1] else { return false }
        return a < b
      }
      let pairs = sides[0].flatMap { l in sides[1].filter { matches(l, $0) }.map { l + $0 } }
      let nulls = [Value](repeating: .null, count: 3)
      let lonelyLeft = sides[0].filter { l in !sides[1].contains { matches(l, $0) } }
      let lonelyRight = sides[1].filter { r in !sides[0].contains { matches($0, r) } }
      var expected: [[Value]]
      switch kind {
      case .semi: expected = sides[0].filter { l in sides[1].contains { matches(l, $0) } }
      case .anti: expected = lonelyLeft
      default: expected = pairs
      }
      if kind.padsLeft { expected += lonelyLeft.map { $0 + nulls } }
      if kind.padsRight { expected += lonelyRight.map { nulls + $0 } }
      let found = harness.take()
      #expect((0..<found.rowCount).map { "\(found.values(at: $0))" }.sorted() == expected.map { "\($0)" }.sorted())
      #expect(harness.lateRowCount == 0)
    }
  }

  @Test("snapshot and restore are invisible", arguments: kinds, 0..<6 as Range<UInt64>)
  func survivesARestart(kind: JoinKind, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random, count: 24)
    let outcome = try runWithRestart(
      Self.setup(kind, condition: Self.condition), inputs, restart: Int(random.next() % UInt64(inputs.count)))
    #expect(outcome.straight == outcome.restored)
    #expect(outcome.straight == outcome.rescaled)
  }
}
