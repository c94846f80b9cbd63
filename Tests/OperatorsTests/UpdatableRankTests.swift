import Columnar
import Dataflow
import TestKit
import Testing

@testable import Operators

@Suite("Rank over rows that replace each other")
struct UpdatableRankTests {
  static let input = schema("k id a:string n")
  static let ranked = schema("k id a:string n rank:bigint!")

  static func setup(limit: Int, rank: Bool, updateBefore: Bool = true) -> OperatorSetup {
    var spec = RankSpec(
      keys: [0], order: [SortKey(3, isDescending: true)], limit: limit, outputsRank: rank, consumesRetractions: false,
      emitsUpdateBefore: updateBefore)
    spec.upsertKey = [0, 1]
    return OperatorsTests.setup(.rank(spec), input, output: rank ? ranked : input, keys: [[0]])
  }

  @Test("without the rank a row is replaced where it is, and one that is not there enters or is left out")
  func replaces() throws {
    let harness = try OperatorHarness(Self.setup(limit: 2, rank: false))
    try harness.process(batch("k id a:string n \n +I 1 1 p 1 \n +I 1 2 p 1 \n +I 1 3 p 1 \n +U 1 2 q 3 \n +U 1 3 r 2 \n +U 1 2 s 3"))
    #expect(
      harness.take()
        == batch(
          "k id a:string n \n +I 1 1 p 1 \n +I 1 2 p 1 \n -U 1 2 p 1 \n +U 1 2 q 3 \n -D 1 1 p 1 \n +I 1 3 r 2 \n -U 1 2 q 3 \n +U 1 2 s 3")
    )
  }

  @Test("with the rank a row that rises takes the places of those that it overtakes; its old row goes before its new one comes")
  func rises() throws {
    let harness = try OperatorHarness(Self.setup(limit: 3, rank: true))
    try harness.process(batch("k id a:string n \n +I 1 1 p 9 \n +I 1 2 p 8 \n +I 1 3 p 7 \n +I 1 4 p 6"))
    _ = harness.take()
    try harness.process(batch("k id a:string n \n +U 1 3 q 9"))
    #expect(
      harness.take()
        == batch("k id a:string n rank:bigint! \n -U 1 2 p 8 2 \n -U 1 3 p 7 3 \n +U 1 3 q 9 2 \n +U 1 2 p 8 3"))
    try harness.process(batch("k id a:string n \n +U 1 4 q 10"))
    #expect(
      harness.take()
        == batch(
          """
          k id a:string n rank:bigint!
          -U 1 1 p 9 1
          +U 1 4 q 10 1
          -U 1 3 q 9 2
          +U 1 1 p 9 2
          -U 1 2 p 8 3
          +U 1 3 q 9 3
          """))
    let without = try OperatorHarness(Self.setup(limit: 3, rank: true, updateBefore: false))
    try without.process(batch("k id a:string n \n +I 1 1 p 9 \n +I 1 2 p 8 \n +U 1 2 q 8 \n +U 1 2 r 10"))
    #expect(
      without.take()
        == batch("k id a:string n rank:bigint! \n +I 1 1 p 9 1 \n +I 1 2 p 8 2 \n +U 1 2 q 8 2 \n +U 1 2 r 10 1 \n +U 1 1 p 9 2"))
  }

  @Test("a row that falls, since its count began anew, stays among the rows that are kept")
  func falls() throws {
    let harness = try OperatorHarness(Self.setup(limit: 3, rank: true))
    try harness.process(batch("k id a:string n \n +I 1 1 p 9 \n +I 1 2 p 8 \n +I 1 3 p 7"))
    _ = harness.take()
    try harness.process(batch("k id a:string n \n +U 1 1 q 1"))
    #expect(
      harness.take()
        == batch(
          """
          k id a:string n rank:bigint!
          -U 1 1 p 9 1
          +U 1 2 p 8 1
          -U 1 2 p 8 2
          +U 1 3 p 7 2
          -U 1 3 p 7 3
          +U 1 1 q 1 3
          """))
  }

  /// Rows of a few keys that rise, or stay where they are with another text.
  static func inputs(_ random: inout SeededGenerator, idCount: Int) -> [OperatorInput] {
    var values: [[Int64]: Int64] = [:]
    return (0..<12).map { _ in
      let builder = BatchBuilder(input)
      for _ in 0..<Int.random(in: 1..<30, using: &random) {
        let (key, id) = (Int64.random(in: 0..<3, using: &random), Int64.random(in: 0..<Int64(idCount), using: &random))
        let text = ["p", "q", "a string beyond twelve bytes"].randomElement(using: &random)!
        let old = values[[key, id]]
        let value = (old ?? .random(in: -3..<3, using: &random)) + .random(in: 0..<3, using: &random)
        values[[key, id]] = value
        builder.append([.integer(key), .integer(id), .string(text), .integer(value)], old == nil ? .insert : .updateAfter)
      }
      return .batch(builder.finish())
    }
  }

  private static func number(_ value: Value) -> Int64 { if case .integer(let number) = value { number } else { .min } }

  /// The first rows of each key as a list; a row that rises stands behind those with an equal value.
  private struct Model {
    let limit: Int
    var rows: [Value: [[Value]]] = [:]

    mutating func take(_ row: [Value]) {
      var kept = rows[row[0]] ?? []
      if let place = kept.firstIndex(where: { $0[1] == row[1] }) {
        if kept[place][3] == row[3] {
          kept[place] = row
          rows[row[0]] = kept
          return
        }
        kept.remove(at: place)
      }
      kept.insert(row, at: kept.firstIndex { number($0[3]) < number(row[3]) } ?? kept.count)
      rows[row[0]] = Array(kept.prefix(limit))
    }

    func counted(rank: Bool) -> [[Value]: Int] {
      var result: [[Value]: Int] = [:]
      for kept in rows.values {
        for (index, row) in kept.enumerated() { result[row + (rank ? [.integer(Int64(index + 1))] : []), default: 0] += 1 }
      }
      return result
    }
  }

  @Test("after every batch the changes add up to the first rows of each key", arguments: 0..<48 as Range<UInt64>)
  func agreesWithTheModel(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let rank = Bool.random(using: &random)
    // Many rows of a key are a tree.
    let (limit, idCount) = seed % 3 == 0 ? (50, 100) : (Int.random(in: 1..<6, using: &random), 8)
    let harness = try OperatorHarness(Self.setup(limit: limit, rank: rank), parallelism: 2)
    var model = Model(limit: limit)
    var folded: [[Value]: Int] = [:]
    for case .batch(let batch, _) in Self.inputs(&random, idCount: idCount) {
      for row in 0..<batch.rowCount { model.take(batch.values(at: row)) }
      try harness.process(batch)
      for output in harness.takeBatches() {
        for row in 0..<output.rowCount { folded[output.values(at: row), default: 0] += output.change(row).sign }
      }
      folded = folded.filter { $0.value != 0 }
      #expect(folded == model.counted(rank: rank))
    }
  }

  @Test("snapshot, restore and a change of parallelism are invisible", arguments: 0..<48 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random, idCount: 8)
    let outcome = try runWithRestart(
      Self.setup(limit: 3, rank: .random(using: &random)), inputs, restart: .random(in: 0...inputs.count, using: &random))
    #expect(!outcome.straight.isEmpty)
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }

  @Test("keys expire as a whole")
  func expires() throws {
    var spec = RankSpec(
      keys: [0], order: [SortKey(3, isDescending: true)], limit: 2, outputsRank: false, consumesRetractions: false, emitsUpdateBefore: true)
    (spec.upsertKey, spec.timeToLive) = ([0, 1], 10)
    let harness = try OperatorHarness(OperatorsTests.setup(.rank(spec), Self.input, output: Self.input, keys: [[0]]))
    harness.now = 100
    try harness.process(batch("k id a:string n \n +I 1 1 p 9"))
    harness.now = 109
    try harness.process(batch("k id a:string n \n +U 1 1 q 10"))
    #expect(harness.take() == batch("k id a:string n \n +I 1 1 p 9 \n -U 1 1 p 9 \n +U 1 1 q 10"))
    harness.now = 119
    try harness.process(batch("k id a:string n \n +U 1 1 r 11"))
    #expect(harness.take() == batch("k id a:string n \n +I 1 1 r 11"))
  }
}
