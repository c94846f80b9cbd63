//  INTERSECT and EXCEPT over changelogs.

import Columnar
import Dataflow
import TestKit
import Testing

@testable import Operators

@Suite struct SetOperationTests {
  private static let schema = Schema([Field("k", .int64), Field("name", .string)])

  private static func setup(_ kind: SetOperationKind, isAll: Bool) -> OperatorSetup {
    OperatorSetup(inputs: [schema, schema], output: schema, keys: [[0, 1], [0, 1]]) {
      try OperatorFactory.make(.setOperation(SetOperationSpec(kind: kind, isAll: isAll)))
    }
  }

  private static func batch(_ rows: [(ChangeKind, Int64?, String)]) -> RecordBatch {
    let builder = BatchBuilder(schema)
    for (change, key, name) in rows { builder.append([key.map { .integer($0) } ?? .null, .string(name)], change) }
    return builder.finish()
  }

  private static func changes(_ batch: RecordBatch) -> [String] {
    (0..<batch.rowCount).map { row in
      let values = batch.values(at: row)
      guard case .string(let name) = values[1] else { return "" }
      return "\(batch.change(row).shortName) \(values[0] == .null ? "NULL" : "1")\(name)"
    }
  }

  @Test("EXCEPT takes a row back when it comes on the right, and gives it again when it is gone there")
  func except() throws {
    let harness = try OperatorHarness(Self.setup(.except, isAll: false))
    try harness.process(Self.batch([(.insert, 1, "a"), (.insert, 1, "a"), (.insert, nil, "b")]), input: 0)
    #expect(Self.changes(harness.take()) == ["+I 1a", "+I NULLb"])
    try harness.process(Self.batch([(.insert, 1, "a"), (.insert, nil, "b"), (.delete, nil, "b"), (.insert, 1, "z")]), input: 1)
    #expect(Self.changes(harness.take()) == ["-D 1a"])
    try harness.process(Self.batch([(.delete, 1, "a")]), input: 1)
    #expect(Self.changes(harness.take()) == ["+I 1a"])
    try harness.process(Self.batch([(.updateBefore, 1, "a"), (.updateAfter, 1, "c")]), input: 0)
    #expect(Self.changes(harness.take()) == ["+I 1c"])
    try harness.process(Self.batch([(.delete, 1, "a"), (.delete, 1, "a")]), input: 0)
    #expect(Self.changes(harness.take()) == ["-D 1a"])
  }

  @Test("INTERSECT ALL gives a row as often as both inputs have it")
  func intersectAll() throws {
    let harness = try OperatorHarness(Self.setup(.intersect, isAll: true))
    try harness.process(Self.batch([(.insert, 1, "a"), (.insert, 1, "a"), (.insert, 1, "b")]), input: 0)
    #expect(harness.take().rowCount == 0)
    try harness.process(Self.batch([(.insert, 1, "a"), (.insert, 1, "a"), (.insert, 1, "a"), (.delete, 1, "c")]), input: 1)
    #expect(Self.changes(harness.take()) == ["+I 1a", "+I 1a"])
    try harness.process(Self.batch([(.delete, 1, "a"), (.delete, 1, "a")]), input: 1)
    #expect(Self.changes(harness.take()) == ["-D 1a"])
  }

  @Test("a random changelog gives what counting gives", arguments: 0..<12 as Range<UInt64>)
  func random(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let spec = SetOperationSpec(kind: seed % 2 == 0 ? .intersect : .except, isAll: seed % 3 == 0)
    let inputs = Self.inputs(&random)
    let harness = try OperatorHarness(Self.setup(spec.kind, isAll: spec.isAll))
    var counts: [[Value]: [Int64]] = [:]
    for input in inputs {
      try harness.send(input)
      guard case .batch(let batch, let side) = input else { continue }
      for row in 0..<batch.rowCount { counts[batch.values(at: row), default: [0, 0]][side] += Int64(batch.change(row).sign) }
    }
    let expected = counts.mapValues { Int(spec.count(left: $0[0], right: $0[1])) }.filter { $0.value != 0 }
    #expect(harness.take().materialized == expected)
  }

  @Test("snapshot, restore and rescaling change nothing", arguments: 0..<12 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &+ 100)
    let inputs = Self.inputs(&random)
    let outcome = try runWithRestart(
      Self.setup(seed % 2 == 0 ? .intersect : .except, isAll: seed % 3 == 0), inputs,
      restart: Int.random(in: 0...inputs.count, using: &random))
    #expect(outcome.straight == outcome.restored)
    #expect(outcome.straight == outcome.rescaled)
  }

  /// Batches for both sides; what is taken back has been there.
  private static func inputs(_ random: inout SeededGenerator) -> [OperatorInput] {
    var present: [[(Int64?, String)]] = [[], []]
    return (0..<16).map { _ in
      let side = Int.random(in: 0...1, using: &random)
      var rows: [(ChangeKind, Int64?, String)] = []
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        if Bool.random(using: &random), let position = present[side].indices.randomElement(using: &random) {
          let row = present[side].remove(at: position)
          rows.append((.delete, row.0, row.1))
        } else {
          let row: (Int64?, String) = (
            [1, 2, nil].randomElement(using: &random)!, ["a", "a longer name than twelve"].randomElement(using: &random)!
          )
          present[side].append(row)
          rows.append((.insert, row.0, row.1))
        }
      }
      return .batch(batch(rows), input: side)
    }
  }
}
