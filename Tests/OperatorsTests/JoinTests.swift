import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

@Suite("Join")
struct JoinTests {
  static let left = schema("k a:string")
  static let right = schema("k b:int")
  static let output = schema("k a:string k2 b:int")

  static func setup(condition: Expression? = nil) -> OperatorSetup {
    OperatorsTests.setup(
      .join(JoinSpec(kind: .inner, leftKeys: [0], rightKeys: [0], condition: condition)), left, right, output: output, keys: [[0], [0]])
  }

  @Test("rows with equal keys are paired, whichever comes first; NULL matches nothing")
  func pairs() throws {
    let harness = try OperatorHarness(Self.setup())
    try harness.process(batch("k a:string \n 1 x \n 2 y \n NULL z \n 1 w"), input: 0)
    #expect(harness.take().rowCount == 0)
    try harness.process(batch("k b:int \n 1 10 \n NULL 11 \n 3 12"), input: 1)
    #expect(harness.take() == batch("k a:string k2 b:int \n 1 x 1 10 \n 1 w 1 10"))
    try harness.process(batch("k a:string \n 3 v \n 4 u"), input: 0)
    #expect(harness.take() == batch("k a:string k2 b:int \n 3 v 3 12"))
  }

  @Test("a pair has the kind of the row that came; retracted rows pair no more")
  func keepsKinds() throws {
    let harness = try OperatorHarness(Self.setup())
    try harness.process(batch("k a:string \n +I 1 x"), input: 0)
    try harness.process(batch("k b:int \n +I 1 10 \n -U 1 10 \n +U 1 11"), input: 1)
    #expect(harness.take() == batch("k a:string k2 b:int \n +I 1 x 1 10 \n -U 1 x 1 10 \n +U 1 x 1 11"))
    try harness.process(batch("k a:string \n -D 1 x"), input: 0)
    try harness.process(batch("k b:int \n +I 1 12"), input: 1)
    #expect(harness.take() == batch("k a:string k2 b:int \n -D 1 x 1 11"))
  }

  static var insertOnly: OperatorSetup {
    OperatorsTests.setup(
      .join(
        JoinSpec(
          kind: .inner, leftKeys: [0], rightKeys: [0],
          condition: .call(.notEqual, [.column(3, .int32), .literal(.integer(2), .int32)], .boolean), isInsertOnly: true)),
      left, right, output: output, keys: [[0], [0]])
  }

  @Test("insert-only inputs: equal rows all pair, the latest first; NULL matches nothing")
  func pairsInserts() throws {
    let harness = try OperatorHarness(Self.insertOnly)
    try harness.process(batch("k a:string \n 1 x \n 2 y \n NULL z \n 1 x \n 1 w"), input: 0)
    #expect(harness.take().rowCount == 0)
    try harness.process(batch("k b:int \n 1 10 \n NULL 11 \n 3 12 \n 1 2"), input: 1)
    #expect(harness.take() == batch("k a:string k2 b:int \n 1 w 1 10 \n 1 x 1 10 \n 1 x 1 10"))
    try harness.process(batch("k a:string \n 3 v \n 4 u"), input: 0)
    #expect(harness.take() == batch("k a:string k2 b:int \n 3 v 3 12"))
  }

  @Test(
    "insert-only inputs: the pairs are those of the other join, also where the output is full in a row's middle, restored and rescaled",
    arguments: 0..<32 as Range<UInt64>)
  func insertOnlyAgrees(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random).map { input -> OperatorInput in
      guard case .batch(let rows, let side) = input else { return input }
      return .batch(rows.take((0..<Int32(rows.rowCount)).filter { rows.change(Int($0)) == .insert }).withoutChanges, input: side)
    }
    let reference = try OperatorHarness(
      Self.setup(condition: .call(.notEqual, [.column(3, .int32), .literal(.integer(2), .int32)], .boolean)))
    for input in inputs { try reference.send(input) }
    let expected = reference.take().materialized
    var setup = Self.insertOnly
    setup.rowLimit = 7
    let outcome = try runWithRestart(setup, inputs, restart: .random(in: 0...inputs.count, using: &random))
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
    let harness = try OperatorHarness(setup, parallelism: 2)
    for input in inputs { try harness.send(input) }
    #expect(harness.take().materialized == expected)
  }

  @Test("a row that is there twice gives two pairs")
  func countsDuplicates() throws {
    let harness = try OperatorHarness(Self.setup())
    try harness.process(batch("k a:string \n 1 x \n 1 x \n 1 x"), input: 0)
    try harness.process(batch("k a:string \n -D 1 x"), input: 0)
    try harness.process(batch("k b:int \n 1 10"), input: 1)
    #expect(harness.take() == batch("k a:string k2 b:int \n 1 x 1 10 \n 1 x 1 10"))
  }

  @Test("only pairs for which the condition is TRUE join")
  func appliesTheCondition() throws {
    let condition = Expression.call(.greater, [.column(3, .int32), .literal(.integer(5), .int32)], .boolean)
    let harness = try OperatorHarness(Self.setup(condition: condition))
    try harness.process(batch("k b:int \n 1 3 \n 1 7 \n 1 NULL \n 1 9"), input: 1)
    try harness.process(batch("k a:string \n 1 x"), input: 0)
    #expect(harness.take() == batch("k a:string k2 b:int \n 1 x 1 7 \n 1 x 1 9"))
  }

  @Test("keys of which no row is left take no room")
  func freesKeys() throws {
    let harness = try OperatorHarness(Self.setup())
    try harness.process(batch("k a:string \n +I 1 x \n +I 2 y"), input: 0)
    try harness.process(batch("k a:string \n -D 1 x \n -D 2 y \n -D 3 z"), input: 0)
    #expect(try harness.snapshot()[0].keyGroups.isEmpty)
  }

  @Test("a full output is drained in the middle of a row, and no pair is lost or doubled")
  func yields() throws {
    var setup = Self.setup()
    setup.rowLimit = 1
    let harness = try OperatorHarness(setup)
    let rows = (0..<9_000).map { "1 \($0)" }.joined(separator: "\n")
    try harness.process(batch("k b:int\n\(rows)"), input: 1)
    try harness.process(batch("k a:string \n 1 x \n 2 y \n 1 z"), input: 0)
    let emitted = harness.take()
    #expect(harness.yieldCount >= 4)
    #expect(emitted.rowCount == 18_000)
    #expect(Set(emitted.sortedRows).count == 18_000)
    try harness.process(batch("k b:int \n 2 5"), input: 1)
    #expect(harness.take() == batch("k a:string k2 b:int \n 2 y 2 5"))
  }

  static func inputs(_ random: inout SeededGenerator) -> [OperatorInput] {
    var tables: [[[Value]]] = [[], []]
    return (0..<12).map { _ in
      let input = Int.random(in: 0...1, using: &random)
      let builder = BatchBuilder(input == 0 ? left : right)
      for _ in 0..<Int.random(in: 1..<25, using: &random) {
        if !tables[input].isEmpty, Int.random(in: 0..<3, using: &random) == 0 {
          builder.append(tables[input].remove(at: Int.random(in: 0..<tables[input].count, using: &random)), .delete)
        } else {
          let row: [Value] = [
            Int.random(in: 0..<8, using: &random) == 0 ? .null : .integer(.random(in: 0..<5, using: &random)),
            input == 0
              ? .string(["p", "q", "a string beyond twelve bytes"].randomElement(using: &random)!)
              : .integer(.random(in: 0..<4, using: &random)),
          ]
          tables[input].append(row)
          builder.append(row, .insert)
        }
      }
      return .batch(builder.finish(), input: input)
    }
  }

  @Test("the changes add up to the join of what is there in the end", arguments: 0..<24 as Range<UInt64>)
  func agreesWithTheDefinition(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random)
    var tables: [[[Value]: Int]] = [[:], [:]]
    for case .batch(let batch, let input) in inputs {
      for row in 0..<batch.rowCount { tables[input][batch.values(at: row), default: 0] += batch.change(row).sign }
    }
    var expected: [[Value]: Int] = [:]
    for (left, count) in tables[0] where left[0] != .null {
      for (right, times) in tables[1] where right[0] == left[0] && count * times > 0 { expected[left + right] = count * times }
    }
    let harness = try OperatorHarness(Self.setup(), parallelism: 2)
    for input in inputs { try harness.send(input) }
    #expect(harness.take().materialized == expected)
  }

  @Test("snapshot, restore and a change of parallelism are invisible", arguments: 0..<64 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random)
    let outcome = try runWithRestart(Self.setup(), inputs, restart: .random(in: 0...inputs.count, using: &random))
    #expect(!outcome.straight.isEmpty)
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }
}
