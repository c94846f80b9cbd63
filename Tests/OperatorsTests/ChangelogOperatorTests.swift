import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

@Suite("Changelog operators")
struct ChangelogOperatorTests {
  static let input = schema("k a:string x")

  static func normalize(updateBefore: Bool = true, predicate: Expression? = nil, folds: Bool = true) -> OperatorSetup {
    OperatorsTests.setup(
      .changelogNormalize(
        ChangelogNormalizeSpec(keys: [0], predicate: predicate, emitsUpdateBefore: updateBefore, foldsBatches: folds)),
      input, output: input, keys: [[0]])
  }

  static func materialize(upsertKey: [Int]? = nil, folds: Bool = true) -> OperatorSetup {
    OperatorsTests.setup(
      .upsertMaterialize(UpsertMaterializeSpec(keys: [0], upsertKey: upsertKey, foldsBatches: folds)), input, output: input, keys: [[0]])
  }

  @Test("a normalised row comes with the one before it; what comes twice is told once, a deletion by its key alone is enough")
  func normalizes() throws {
    let harness = try OperatorHarness(Self.normalize())
    try harness.process(batch("k a:string x \n +I 1 p 1 \n +U 2 q 2"))
    #expect(harness.take() == batch("k a:string x \n +I 1 p 1 \n +I 2 q 2"))
    try harness.process(batch("k a:string x \n -U 1 p 1 \n +U 1 p 9 \n +U 2 q 2 \n -D 3 r 3"))
    #expect(harness.take() == batch("k a:string x \n -U 1 p 1 \n +U 1 p 9"))
    try harness.process(batch("k a:string x \n -D 1 NULL NULL \n +I 4 s 4 \n -D 4 s 4"))
    #expect(harness.take() == batch("k a:string x \n -D 1 p 9"))
    let rows = try OperatorHarness(Self.normalize(updateBefore: false, folds: false))
    try rows.process(batch("k a:string x \n +I 1 p 1 \n +I 1 q 1 \n -D 1 q 1 \n +U 1 r 1"))
    #expect(rows.take() == batch("k a:string x \n +I 1 p 1 \n +U 1 q 1 \n -D 1 q 1 \n +I 1 r 1"))
  }

  @Test("a row that the condition drops takes the one before it away")
  func normalizesWithCondition() throws {
    let predicate = Expression.call(.greater, [.column(2, .int64), .literal(.integer(5), .int64)], .boolean)
    let harness = try OperatorHarness(Self.normalize(predicate: predicate))
    try harness.process(batch("k a:string x \n +I 1 p 9 \n +I 2 q 2"))
    try harness.process(batch("k a:string x \n +U 1 p 3 \n +U 2 q 7"))
    #expect(harness.take() == batch("k a:string x \n +I 1 p 9 \n -D 1 p 9 \n +I 2 q 7"))
    try harness.process(batch("k a:string x \n -D 2 NULL NULL"))
    #expect(harness.take() == batch("k a:string x \n -D 2 q 7"))
    #expect(try harness.snapshot()[0].keyGroups.isEmpty)
  }

  @Test("of the rows that claim a key the last is shown, whatever order they are taken back in")
  func materializes() throws {
    let harness = try OperatorHarness(Self.materialize())
    try harness.process(batch("k a:string x \n +I 1 p 1"))
    #expect(harness.take() == batch("k a:string x \n +I 1 p 1"))
    try harness.process(batch("k a:string x \n +U 1 q 2"))
    #expect(harness.take() == batch("k a:string x \n +U 1 q 2"))
    try harness.process(batch("k a:string x \n -U 1 p 1"))
    #expect(harness.take().rowCount == 0)
    try harness.process(batch("k a:string x \n +I 1 r 3 \n +I 1 q 2"))
    #expect(harness.take().rowCount == 0)
    try harness.process(batch("k a:string x \n -D 1 q 2"))
    #expect(harness.take().rowCount == 0)
    try harness.process(batch("k a:string x \n -D 1 q 2"))
    #expect(harness.take() == batch("k a:string x \n +U 1 r 3"))
    try harness.process(batch("k a:string x \n -D 1 r 3 \n -D 1 z 9"))
    #expect(harness.take() == batch("k a:string x \n -D 1 r 3"))
    #expect(try harness.snapshot()[0].keyGroups.isEmpty)
  }

  @Test("a row that was made anew with another value is known by its upsert key")
  func findsByUpsertKey() throws {
    let harness = try OperatorHarness(Self.materialize(upsertKey: [1], folds: false))
    try harness.process(batch("k a:string x \n +I 1 p 1 \n +I 1 q 2 \n -U 1 q 7 \n -U 1 p 8"))
    #expect(harness.take() == batch("k a:string x \n +I 1 p 1 \n +U 1 q 2 \n +U 1 p 1 \n -D 1 p 1"))
    let without = try OperatorHarness(Self.materialize(folds: false))
    try without.process(batch("k a:string x \n +I 1 p 1 \n -U 1 p 8"))
    #expect(without.take() == batch("k a:string x \n +I 1 p 1"))
  }

  @Test("rows with NULL in a NOT NULL column fail the job by the column's name, or are dropped")
  func notNull() throws {
    func harness(_ drops: Bool) throws -> OperatorHarness {
      try OperatorHarness(
        OperatorsTests.setup(.notNull(NotNullSpec(table: "t", columns: [0, 2], dropsRows: drops)), Self.input, output: Self.input))
    }
    let rows = batch("k a:string x \n +I 1 NULL 1 \n +U 2 q NULL \n -D NULL r 3")
    let dropping = try harness(true)
    try dropping.process(rows)
    #expect(dropping.take() == batch("k a:string x \n +I 1 NULL 1"))
    let failing = try harness(false)
    let error = #expect(throws: OperatorError.self) { try failing.process(rows) }
    #expect(error?.message.hasPrefix("the column \"k\" of table \"t\" is NOT NULL") == true)
    #expect(error?.domain == .user && error?.retry == .never)
  }

  @Test("-U rows are left out, or become deletions")
  func updateBefore() throws {
    let rows = batch("k a:string x \n +I 1 p 1 \n -U 1 p 1 \n +U 1 q 1")
    for (treatment, expected) in [
      (UpdateBeforeTreatment.drop, "+I 1 p 1 \n +U 1 q 1"), (.delete, "+I 1 p 1 \n -D 1 p 1 \n +U 1 q 1"),
    ] {
      let harness = try OperatorHarness(OperatorsTests.setup(.updateBefore(treatment), Self.input, output: Self.input))
      try harness.process(rows)
      #expect(harness.take() == batch("k a:string x \n \(expected)"))
    }
  }

  /// Rows of a few values, each taken back only where it is there; a row may be replaced before it is taken back.
  static func changelog(_ random: inout SeededGenerator) -> [RecordBatch] {
    var table: [[Value]] = []
    return (0..<14).map { _ in
      let builder = BatchBuilder(input)
      for _ in 0..<Int.random(in: 1..<20, using: &random) {
        if !table.isEmpty, Int.random(in: 0..<5, using: &random) < 2 {
          builder.append(table.remove(at: Int.random(in: 0..<table.count, using: &random)), .delete)
        } else {
          let row: [Value] = [
            Int.random(in: 0..<9, using: &random) == 0 ? .null : .integer(.random(in: 0..<6, using: &random)),
            .string(["p", "a string beyond twelve bytes"].randomElement(using: &random)!), .integer(.random(in: 0..<3, using: &random)),
          ]
          table.append(row)
          builder.append(row, Bool.random(using: &random) ? .insert : .updateAfter)
        }
      }
      return builder.finish()
    }
  }

  @Test("after every batch each key shows its newest claim, or its newest row", arguments: 0..<48 as Range<UInt64>)
  func agreesWithTheDefinition(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (folds, isNormal) = (seed % 2 == 0, seed % 4 < 2)
    let setup = isNormal ? Self.normalize(updateBefore: seed % 8 < 4, folds: folds) : Self.materialize(folds: folds)
    let harness = try OperatorHarness(setup, parallelism: 2)
    var claims: [Value: [[Value]]] = [:]
    var shown: [Value: [Value]] = [:]
    for batch in Self.changelog(&random) {
      for row in 0..<batch.rowCount {
        let values = batch.values(at: row)
        if batch.change(row).sign > 0 {
          claims[values[0], default: []] = (isNormal ? [] : claims[values[0], default: []]) + [values]
        } else if isNormal {
          claims[values[0]] = []
        } else if let first = claims[values[0]]?.firstIndex(of: values) {
          claims[values[0]]?.remove(at: first)
        }
      }
      try harness.process(batch)
      for output in harness.takeBatches() {
        for row in 0..<output.rowCount {
          let values = output.values(at: row)
          switch output.change(row) {
          case .insert: #expect(shown.updateValue(values, forKey: values[0]) == nil)
          case .updateAfter: #expect(shown.updateValue(values, forKey: values[0]) != nil)
          case .updateBefore: #expect(shown[values[0]] == values)
          case .delete: #expect(shown.removeValue(forKey: values[0]) == values)
          }
        }
      }
      #expect(shown == claims.compactMapValues(\.last))
    }
  }

  @Test("snapshot, restore and a change of parallelism are invisible", arguments: 0..<64 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let setup = seed % 2 == 0 ? Self.normalize(updateBefore: seed % 4 == 0) : Self.materialize(folds: seed % 4 == 1)
    let inputs = Self.changelog(&random).map { OperatorInput.batch($0) }
    let outcome = try runWithRestart(setup, inputs, restart: .random(in: 0...inputs.count, using: &random))
    #expect(!outcome.straight.isEmpty)
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }
}
