import Columnar
import Dataflow
import TestKit
import Testing

@testable import Operators

@Suite("Rank")
struct RankTests {
  static let input = schema("k a:string x")
  static let ranked = schema("k a:string x rank:bigint!")

  static func setup(
    limit: Int, rank: Bool, retractions: Bool = false, updateBefore: Bool = true,
    order: [SortKey] = [SortKey(2, isDescending: true)]
  ) -> OperatorSetup {
    OperatorsTests.setup(
      .rank(
        RankSpec(
          keys: [0], order: order, limit: limit, outputsRank: rank, consumesRetractions: retractions, emitsUpdateBefore: updateBefore)),
      input, output: rank ? ranked : input, keys: [[0]])
  }

  @Test("without the rank only rows that enter or leave are told of, and a tie does not enter")
  func entersAndLeaves() throws {
    let harness = try OperatorHarness(Self.setup(limit: 2, rank: false))
    try harness.process(batch("k a:string x \n 1 p 5 \n 1 q 7 \n 1 r 5 \n 1 s 6 \n 1 t 1 \n 2 u NULL"))
    #expect(harness.take() == batch("k a:string x \n +I 1 p 5 \n +I 1 q 7 \n -D 1 p 5 \n +I 1 s 6 \n +I 2 u NULL"))
  }

  @Test("with the rank every row that moves is an update, with or without what was there before")
  func moves() throws {
    let rows = batch("k a:string x \n 1 p 5 \n 1 q 7 \n 1 r 7 \n 1 s 4")
    let harness = try OperatorHarness(Self.setup(limit: 3, rank: true))
    try harness.process(rows)
    #expect(
      harness.take()
        == batch(
          """
          k a:string x rank:bigint!
          +I 1 p 5 1
          -U 1 p 5 1
          +U 1 q 7 1
          +I 1 p 5 2
          -U 1 p 5 2
          +U 1 r 7 2
          +I 1 p 5 3
          """))
    try harness.process(batch("k a:string x \n 1 t 6"))
    #expect(harness.take() == batch("k a:string x rank:bigint! \n -U 1 p 5 3 \n +U 1 t 6 3"))
    let without = try OperatorHarness(Self.setup(limit: 3, rank: true, updateBefore: false))
    try without.process(rows)
    #expect(
      without.take() == batch("k a:string x rank:bigint! \n +I 1 p 5 1 \n +U 1 q 7 1 \n +I 1 p 5 2 \n +U 1 r 7 2 \n +I 1 p 5 3"))
  }

  @Test("a row that is taken back lets the next one in, or leaves its place empty")
  func retracts() throws {
    let harness = try OperatorHarness(Self.setup(limit: 2, rank: false, retractions: true))
    try harness.process(batch("k a:string x \n 1 p 5 \n 1 q 7 \n 1 r 6"))
    #expect(harness.take() == batch("k a:string x \n +I 1 p 5 \n +I 1 q 7 \n -D 1 p 5 \n +I 1 r 6"))
    try harness.process(batch("k a:string x \n -U 1 q 7 \n +U 1 q 1 \n -D 1 z 9 \n -D 1 r 6"))
    #expect(harness.take() == batch("k a:string x \n -D 1 q 7 \n +I 1 p 5 \n -D 1 r 6 \n +I 1 q 1"))
    let ranks = try OperatorHarness(Self.setup(limit: 2, rank: true, retractions: true))
    try ranks.process(batch("k a:string x \n 1 p 5 \n 1 q 7 \n 1 r 6"))
    _ = ranks.take()
    try ranks.process(batch("k a:string x \n -D 1 q 7 \n -D 1 r 6"))
    #expect(
      ranks.take()
        == batch(
          "k a:string x rank:bigint! \n -U 1 q 7 1 \n +U 1 r 6 1 \n -U 1 r 6 2 \n +U 1 p 5 2 \n -U 1 r 6 1 \n +U 1 p 5 1 \n -D 1 p 5 2"))
  }

  @Test("keys of which no row is left take no room")
  func freesKeys() throws {
    let harness = try OperatorHarness(Self.setup(limit: 2, rank: true, retractions: true))
    try harness.process(batch("k a:string x \n +I 1 p 5 \n +I 2 q 7 \n -D 1 p 5"))
    try harness.process(batch("k a:string x \n -D 2 q 7 \n -D 3 q 7"))
    #expect(try harness.snapshot()[0].keyGroups.isEmpty)
  }

  @Test("a full output is drained between two rows, and nothing is lost or doubled")
  func yields() throws {
    var setup = Self.setup(limit: 50, rank: true)
    setup.rowLimit = 10
    let harness = try OperatorHarness(setup)
    let rows = (0..<200).map { "1 \($0) \($0)" }.joined(separator: "\n")
    try harness.process(batch("k a:string x \n\(rows)"))
    #expect(harness.yieldCount > 100)
    let expected = batch("k a:string x rank:bigint! \n" + (0..<50).map { "1 \(199 - $0) \(199 - $0) \($0 + 1)" }.joined(separator: "\n"))
    #expect(harness.take().materialized == expected.materialized)
  }

  /// Rows of a few keys with many ties, NULLs among them; with retractions of rows that are there, and of one that is not.
  static func inputs(_ random: inout SeededGenerator, retractions: Bool) -> [OperatorInput] {
    var table: [[Value]] = []
    return (0..<12).map { _ in
      let builder = BatchBuilder(input)
      for _ in 0..<Int.random(in: 1..<30, using: &random) {
        if retractions, !table.isEmpty, Int.random(in: 0..<5, using: &random) < 2 {
          builder.append(table.remove(at: Int.random(in: 0..<table.count, using: &random)), .delete)
        } else if retractions, Int.random(in: 0..<20, using: &random) == 0 {
          builder.append([.integer(1), .string("absent"), .integer(0)], .updateBefore)
        } else {
          let row: [Value] = [
            Int.random(in: 0..<8, using: &random) == 0 ? .null : .integer(.random(in: 0..<3, using: &random)),
            .string(["p", "q", "pq", "a string beyond twelve bytes"].randomElement(using: &random)!),
            Int.random(in: 0..<8, using: &random) == 0 ? .null : .integer(.random(in: -3..<4, using: &random)),
          ]
          table.append(row)
          builder.append(row, .insert)
        }
      }
      return .batch(builder.finish())
    }
  }

  private static let orders: [[SortKey]] = [
    [SortKey(2, isDescending: true)], [SortKey(2)], [SortKey(2, nullsFirst: false), SortKey(1, isDescending: true)], [SortKey(1)],
  ]

  /// The first `limit` rows of each key, by sorting all of them.
  private static func definition(_ table: [[Value]], _ order: [SortKey], limit: Int, rank: Bool) -> [[Value]: Int] {
    var result: [[Value]: Int] = [:]
    for (_, rows) in Dictionary(grouping: table, by: { $0[0] }) {
      let sorted = rows.enumerated().sorted { left, right in
        for key in order {
          let (a, b) = (left.element[key.column], right.element[key.column])
          if a == b { continue }
          if a == .null || b == .null { return (a == .null) == key.nullsFirst }
          if case .integer(let a) = a, case .integer(let b) = b { return key.isDescending ? a > b : a < b }
          if case .string(let a) = a, case .string(let b) = b {
            let isLess = a.utf8.lexicographicallyPrecedes(b.utf8)
            return key.isDescending ? !isLess : isLess
          }
        }
        return left.offset < right.offset
      }
      for (index, row) in sorted.prefix(limit).enumerated() {
        result[row.element + (rank ? [.integer(Int64(index + 1))] : []), default: 0] += 1
      }
    }
    return result
  }

  @Test("after every batch the changes add up to the first rows of each key", arguments: 0..<64 as Range<UInt64>)
  func agreesWithTheDefinition(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (retractions, rank) = (Bool.random(using: &random), Bool.random(using: &random))
    let limit = Int.random(in: 1..<6, using: &random)
    let order = Self.orders.randomElement(using: &random)!
    let inputs = Self.inputs(&random, retractions: retractions)
    let harness = try OperatorHarness(Self.setup(limit: limit, rank: rank, retractions: retractions, order: order), parallelism: 2)
    var table: [[Value]] = []
    var folded: [[Value]: Int] = [:]
    for case .batch(let batch, _) in inputs {
      for row in 0..<batch.rowCount {
        let values = batch.values(at: row)
        guard batch.change(row).sign < 0 else {
          table.append(values)
          continue
        }
        if let index = table.firstIndex(of: values) { table.remove(at: index) }
      }
      try harness.process(batch)
      for output in harness.takeBatches() {
        for row in 0..<output.rowCount { folded[output.values(at: row), default: 0] += output.change(row).sign }
      }
      folded = folded.filter { $0.value != 0 }
      #expect(folded == Self.definition(table, order, limit: limit, rank: rank))
    }
  }

  @Test("snapshot, restore and a change of parallelism are invisible", arguments: 0..<64 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let retractions = Bool.random(using: &random)
    let setup = Self.setup(limit: 3, rank: .random(using: &random), retractions: retractions, order: Self.orders[Int(seed % 4)])
    let inputs = Self.inputs(&random, retractions: retractions)
    let outcome = try runWithRestart(setup, inputs, restart: .random(in: 0...inputs.count, using: &random))
    #expect(!outcome.straight.isEmpty)
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }
}
