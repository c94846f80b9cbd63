import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

@Suite("Outer, semi and anti joins")
struct JoinKindTests {
  static let left = schema("k a:string")
  static let right = schema("k b:int")
  static let kinds: [JoinKind] = [.inner, .left, .right, .full, .semi, .anti]

  /// `a = 'p' OR b > 1`: about both sides.
  static let condition = Expression.call(
    .or,
    [
      .call(.equal, [.column(1, .string), .literal(.string("p"), .string)], .boolean),
      .call(.greater, [.column(3, .int32), .literal(.integer(1), .int32)], .boolean),
    ], .boolean)

  static func output(_ kind: JoinKind) -> Schema { kind.isLeftOnly ? left : schema("k a:string k2 b:int") }

  static func setup(_ kind: JoinKind, condition: Expression? = nil, isKeyed: Bool = true) -> OperatorSetup {
    let keys = isKeyed ? [0] : []
    return OperatorsTests.setup(
      .join(JoinSpec(kind: kind, leftKeys: keys, rightKeys: keys, condition: condition)), left, right, output: output(kind),
      keys: [keys, keys])
  }

  // MARK: Flink's changes, one by one

  @Test("LEFT: the padded row is taken back by the first match and comes back with the last one's going")
  func left() throws {
    let harness = try OperatorHarness(Self.setup(.left))
    try harness.process(batch("k a:string \n +I 1 x \n +I 1 y"), input: 0)
    #expect(harness.take() == batch("k a:string k2 b:int \n +I 1 x NULL NULL \n +I 1 y NULL NULL"))
    try harness.process(batch("k b:int \n +I 1 10 \n +U 1 11"), input: 1)
    #expect(
      harness.take()
        == batch(
          """
          k a:string k2 b:int
          -D 1 x NULL NULL
          -D 1 y NULL NULL
          +I 1 x 1 10
          +I 1 y 1 10
          +I 1 x 1 11
          +I 1 y 1 11
          """))
    try harness.process(batch("k b:int \n -U 1 10 \n -D 1 11"), input: 1)
    #expect(
      harness.take()
        == batch(
          """
          k a:string k2 b:int
          -U 1 x 1 10
          -U 1 y 1 10
          -D 1 x 1 11
          -D 1 y 1 11
          +I 1 x NULL NULL
          +I 1 y NULL NULL
          """))
    try harness.process(batch("k a:string \n -U 1 x \n +U 1 z"), input: 0)
    #expect(harness.take() == batch("k a:string k2 b:int \n -D 1 x NULL NULL \n +I 1 z NULL NULL"))
  }

  @Test("LEFT: a row that comes to matches gives pairs alone, +I and -D whatever its kind")
  func leftRowWithMatches() throws {
    let harness = try OperatorHarness(Self.setup(.left))
    try harness.process(batch("k b:int \n +I 1 10"), input: 1)
    #expect(harness.take().rowCount == 0)
    try harness.process(batch("k a:string \n +U 1 x \n -U 1 x"), input: 0)
    #expect(harness.take() == batch("k a:string k2 b:int \n +I 1 x 1 10 \n -D 1 x 1 10"))
  }

  @Test("RIGHT: the padded side is the right one")
  func right() throws {
    let harness = try OperatorHarness(Self.setup(.right))
    try harness.process(batch("k b:int \n +I 1 10 \n +I 2 20"), input: 1)
    #expect(harness.take() == batch("k a:string k2 b:int \n +I NULL NULL 1 10 \n +I NULL NULL 2 20"))
    try harness.process(batch("k a:string \n +I 1 x \n +I 3 y \n -D 1 x"), input: 0)
    #expect(
      harness.take() == batch("k a:string k2 b:int \n -D NULL NULL 1 10 \n +I 1 x 1 10 \n -D 1 x 1 10 \n +I NULL NULL 1 10"))
  }

  @Test("FULL: both sides are padded, each row by its own matches")
  func full() throws {
    let harness = try OperatorHarness(Self.setup(.full, condition: Self.condition))
    try harness.process(batch("k a:string \n +I 1 q"), input: 0)
    try harness.process(batch("k b:int \n +I 1 0 \n +I 1 5"), input: 1)
    #expect(
      harness.take()
        == batch("k a:string k2 b:int \n +I 1 q NULL NULL \n +I NULL NULL 1 0 \n -D 1 q NULL NULL \n +I 1 q 1 5"))
    try harness.process(batch("k a:string \n -D 1 q"), input: 0)
    #expect(harness.take() == batch("k a:string k2 b:int \n -D 1 q 1 5 \n +I NULL NULL 1 5"))
  }

  @Test("a row that is there twice is padded twice, and its padded rows are taken back together")
  func duplicates() throws {
    let harness = try OperatorHarness(Self.setup(.left))
    try harness.process(batch("k a:string \n 1 x \n 1 x"), input: 0)
    _ = harness.take()
    try harness.process(batch("k b:int \n +I 1 10 \n +I 1 10 \n -D 1 10"), input: 1)
    #expect(
      harness.take()
        == batch(
          """
          k a:string k2 b:int
          -D 1 x NULL NULL
          -D 1 x NULL NULL
          +I 1 x 1 10
          +I 1 x 1 10
          +I 1 x 1 10
          +I 1 x 1 10
          -D 1 x 1 10
          -D 1 x 1 10
          """))
  }

  @Test("SEMI: a left row comes with its first match, in that match's kind, and goes with its last")
  func semi() throws {
    let harness = try OperatorHarness(Self.setup(.semi))
    try harness.process(batch("k a:string \n +I 1 x \n +I 2 y"), input: 0)
    #expect(harness.take().rowCount == 0)
    try harness.process(batch("k b:int \n +I 1 10 \n +U 1 11 \n -D 1 10 \n -U 1 11"), input: 1)
    #expect(harness.take() == batch("k a:string \n +I 1 x \n -U 1 x"))
    try harness.process(batch("k b:int \n +U 2 12"), input: 1)
    #expect(harness.take() == batch("k a:string \n +U 2 y"))
    try harness.process(batch("k a:string \n -U 2 y \n +U 2 z \n +I 3 w"), input: 0)
    #expect(harness.take() == batch("k a:string \n -U 2 y \n +U 2 z"))
  }

  @Test("ANTI: a left row goes, -D, with its first match and comes back, +I, with its last one's going")
  func anti() throws {
    let harness = try OperatorHarness(Self.setup(.anti))
    try harness.process(batch("k a:string \n +I 1 x \n +I 2 y"), input: 0)
    #expect(harness.take() == batch("k a:string \n +I 1 x \n +I 2 y"))
    try harness.process(batch("k b:int \n +U 1 10 \n +I 1 11 \n -D 1 10 \n -U 1 11"), input: 1)
    #expect(harness.take() == batch("k a:string \n -D 1 x \n +I 1 x"))
  }

  @Test("NULL keys match nothing: padded rows, and those that anti keeps, pass; no state is kept for them")
  func nullKeys() throws {
    for (kind, rows) in [
      (JoinKind.left, "+I NULL x NULL NULL \n -D NULL x NULL NULL"), (.right, "+I NULL NULL NULL 10"),
      (.full, "+I NULL x NULL NULL \n -D NULL x NULL NULL \n +I NULL NULL NULL 10"), (.semi, ""), (.anti, "+I NULL x \n -D NULL x"),
    ] {
      let harness = try OperatorHarness(Self.setup(kind))
      try harness.process(batch("k a:string \n +I NULL x \n -D NULL x"), input: 0)
      try harness.process(batch("k b:int \n +I NULL 10"), input: 1)
      let taken = harness.take()
      #expect(
        taken.rowCount == 0 ? rows.isEmpty : taken == batch((kind.isLeftOnly ? "k a:string" : "k a:string k2 b:int") + " \n " + rows))
      #expect(try harness.snapshot()[0].keyGroups.isEmpty)
    }
  }

  @Test("keys of which no row is left take no room", arguments: kinds)
  func freesKeys(kind: JoinKind) throws {
    let harness = try OperatorHarness(Self.setup(kind))
    try harness.process(batch("k a:string \n +I 1 x \n +I 2 y"), input: 0)
    try harness.process(batch("k b:int \n +I 1 1 \n -D 1 1 \n -D 7 1"), input: 1)
    try harness.process(batch("k a:string \n -D 1 x \n -D 2 y \n -D 3 z"), input: 0)
    #expect(try harness.snapshot()[0].keyGroups.isEmpty)
  }

  @Test("a full output is drained in the middle of a row, and no row is lost or doubled")
  func yields() throws {
    var setup = Self.setup(.full)
    setup.rowLimit = 1
    let harness = try OperatorHarness(setup)
    let rows = (0..<5_000).map { "1 \($0)" }.joined(separator: "\n")
    try harness.process(batch("k b:int\n\(rows)"), input: 1)
    #expect(harness.take().rowCount == 5_000)
    let before = harness.yieldCount
    try harness.process(batch("k a:string \n 1 x \n 2 y \n 1 z"), input: 0)
    #expect(harness.yieldCount >= before + 2)
    let emitted = harness.take()
    #expect(emitted.rowCount == 15_001)
    #expect(emitted.materialized.count == 15_001)
    try harness.process(batch("k a:string \n -D 1 x \n -D 1 z"), input: 0)
    #expect(harness.take().rowCount == 15_000)
  }

  @Test("a right row that changes many left ones does so in pieces", arguments: [JoinKind.semi, .anti])
  func yieldsFromTheRight(kind: JoinKind) throws {
    var setup = Self.setup(kind)
    setup.rowLimit = 1
    let harness = try OperatorHarness(setup)
    try harness.process(batch("k a:string\n" + (0..<5_000).map { "1 r\($0)" }.joined(separator: "\n")), input: 0)
    try harness.process(batch("k a:string\n" + Array(repeating: "1 same", count: 5_000).joined(separator: "\n")), input: 0)
    _ = harness.take()
    let before = harness.yieldCount
    try harness.process(batch("k b:int \n 1 1 \n 1 2"), input: 1)
    #expect(harness.yieldCount >= before + 2)
    let emitted = harness.take()
    #expect(emitted.rowCount == 10_000)
    #expect(emitted.materialized.count == 5_001)
  }

  // MARK: The definition

  /// The join of two tables, rows with their multiplicities.
  static func join(_ kind: JoinKind, _ left: [[Value]: Int], _ right: [[Value]: Int], isConditional: Bool) -> [[Value]: Int] {
    func isMatch(_ l: [Value], _ r: [Value]) -> Bool {
      guard l[0] != .null, l[0] == r[0] else { return false }
      guard isConditional else { return true }
      if case .integer(let b) = r[1], b > 1 { return true }
      return l[1] == .string("p")
    }
    let nulls = [Value](repeating: .null, count: 2)
    var result: [[Value]: Int] = [:]
    for (l, count) in left {
      let matches = right.filter { isMatch(l, $0.key) }
      switch kind {
      case .semi: if !matches.isEmpty { result[l] = count }
      case .anti: if matches.isEmpty { result[l] = count }
      default:
        for (r, times) in matches { result[l + r] = count * times }
        if matches.isEmpty, kind == .left || kind == .full { result[l + nulls] = count }
      }
    }
    if kind == .right || kind == .full {
      for (r, count) in right where !left.keys.contains(where: { isMatch($0, r) }) { result[nulls + r, default: 0] += count }
    }
    return result
  }

  @Test("after every batch the changes add up to the join of the inputs so far", arguments: kinds, 0..<48 as Range<UInt64>)
  func agreesWithTheDefinition(kind: JoinKind, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let isConditional = seed % 2 == 1
    var setup = Self.setup(kind, condition: isConditional ? Self.condition : nil)
    if seed % 3 == 0 { setup.rowLimit = 1 }
    let harness = try OperatorHarness(setup, parallelism: seed % 4 < 2 ? 1 : 2)
    var tables: [[[Value]: Int]] = [[:], [:]]
    var result: [[Value]: Int] = [:]
    for case .batch(let batch, let input) in JoinTests.inputs(&random) {
      for row in 0..<batch.rowCount { tables[input][batch.values(at: row), default: 0] += batch.change(row).sign }
      tables[input] = tables[input].filter { $0.value != 0 }
      try harness.process(batch, input: input)
      let changes = harness.take()
      for row in 0..<changes.rowCount {
        let values = changes.values(at: row)
        result[values, default: 0] += changes.change(row).sign
        #expect(result[values]! >= 0, "nothing is taken back that is not there")
      }
      #expect(result.filter { $0.value != 0 } == Self.join(kind, tables[0], tables[1], isConditional: isConditional))
    }
  }

  @Test("snapshot, restore and a change of parallelism are invisible", arguments: kinds.dropFirst(), 0..<64 as Range<UInt64>)
  func survivesARestart(kind: JoinKind, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = JoinTests.inputs(&random)
    let outcome = try runWithRestart(
      Self.setup(kind, condition: seed % 2 == 0 ? nil : Self.condition), inputs, restart: .random(in: 0...inputs.count, using: &random))
    #expect(!outcome.straight.isEmpty)
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }

  /// `OR(a IS NULL, b IS NULL, a = b)` over integers in place of an equality: NOT IN.
  @Test("an anti join without keys is NOT IN with its NULLs, and survives a restart", arguments: 0..<64 as Range<UInt64>)
  func notIn(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let keys = [Expression.column(0, .int64), .column(2, .int64)]
    let condition = Expression.call(
      .or, keys.map { .call(.isNull, [$0], .boolean) } + [.call(.equal, keys, .boolean)], .boolean)
    let setup = Self.setup(.anti, condition: condition, isKeyed: false)
    let inputs = JoinTests.inputs(&random)
    var tables: [[[Value]: Int]] = [[:], [:]]
    let harness = try OperatorHarness(setup, parallelism: 2)
    var result: [[Value]: Int] = [:]
    for case .batch(let batch, let input) in inputs {
      for row in 0..<batch.rowCount { tables[input][batch.values(at: row), default: 0] += batch.change(row).sign }
      tables[input] = tables[input].filter { $0.value != 0 }
      try harness.process(batch, input: input)
      for (row, count) in harness.take().materialized { result[row, default: 0] += count }
      let rights = Set(tables[1].keys.map { $0[0] })
      let expected = tables[0].filter { left, _ in
        rights.isEmpty || left[0] != .null && !rights.contains(.null) && !rights.contains(left[0])
      }
      #expect(result.filter { $0.value != 0 } == expected)
    }
    let outcome = try runWithRestart(setup, inputs, restart: .random(in: 0...inputs.count, using: &random))
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }
}
