import Columnar
import Dataflow
import TestKit
import Testing

@testable import Operators

@Suite("Deduplicate")
struct DeduplicateTests {
  static let input = schema("k t:timestamp(3) a:string")

  static func setup(_ kept: DeduplicateSpec.Kept, updateBefore: Bool = true) -> OperatorSetup {
    OperatorsTests.setup(
      .deduplicate(DeduplicateSpec(keys: [0], time: 1, keeps: kept, emitsUpdateBefore: updateBefore)), input, output: input, keys: [[0]])
  }

  @Test("the last row replaces those before it, one with an equal time too; earlier and timeless rows are dropped")
  func keepsTheLast() throws {
    let header = "k t:timestamp(3) a:string"
    let first = batch("\(header) \n 1 5 p \n 2 5 q \n 1 4 r \n 1 5 s \n 3 NULL t \n 1 6 u")
    let harness = try OperatorHarness(Self.setup(.last))
    try harness.process(first)
    #expect(harness.take() == batch("\(header) \n +I 1 5 p \n +I 2 5 q \n -U 1 5 p \n +U 1 5 s \n -U 1 5 s \n +U 1 6 u"))
    try harness.process(batch("\(header) \n 2 4 v \n 1 6 w \n 2 9 NULL"))
    #expect(harness.take() == batch("\(header) \n -U 1 6 u \n +U 1 6 w \n -U 2 5 q \n +U 2 9 NULL"))
    let without = try OperatorHarness(Self.setup(.last, updateBefore: false))
    try without.process(first)
    #expect(without.take() == batch("\(header) \n +I 1 5 p \n +I 2 5 q \n +U 1 5 s \n +U 1 6 u"))
  }

  @Test("the first row comes once, when the watermark has reached it; late rows are counted")
  func keepsTheFirst() throws {
    let header = "k t:timestamp(3) a:string"
    let harness = try OperatorHarness(Self.setup(.first))
    try harness.process(batch("\(header) \n 1 5 p \n 2 8 q \n 1 4 r \n 1 4 s \n 3 NULL t"))
    #expect(harness.take().rowCount == 0)
    try harness.advance(to: 3)
    #expect(harness.take().rowCount == 0)
    try harness.advance(to: 6)
    #expect(harness.take() == batch("\(header) \n 1 4 r"))
    try harness.process(batch("\(header) \n 1 7 u \n 2 6 v \n 4 5 w"))
    #expect(harness.lateRowCount == 1)
    try harness.finish()
    #expect(harness.take() == batch("\(header) \n 2 6 v"))
  }

  @Test("many first rows at once do not overflow the output")
  func yields() throws {
    var setup = Self.setup(.first)
    setup.rowLimit = 1
    let harness = try OperatorHarness(setup)
    let rows = (0..<9_000).map { "\($0) \($0 / 7) x" }.joined(separator: "\n")
    try harness.process(batch("k t:timestamp(3) a:string\n\(rows)"))
    try harness.advance(to: 9_000)
    #expect(harness.yieldCount == 2)
    let emitted = harness.take()
    #expect(emitted.rowCount == 9_000)
    #expect(Set(emitted.sortedRows).count == 9_000)
  }

  static func inputs(_ random: inout SeededGenerator) -> [OperatorInput] {
    var watermark: Int64 = 0
    return (0..<16).map { _ in
      if Int.random(in: 0..<4, using: &random) == 0 {
        watermark += .random(in: 1..<8, using: &random)
        return .watermark(watermark)
      }
      let builder = BatchBuilder(input)
      for _ in 0..<Int.random(in: 1..<25, using: &random) {
        builder.append(
          [
            Int.random(in: 0..<9, using: &random) == 0 ? .null : .integer(.random(in: 0..<30, using: &random)),
            Int.random(in: 0..<9, using: &random) == 0 ? .null : .integer(watermark + .random(in: 0..<12, using: &random)),
            .string(["p", "q", "a string beyond twelve bytes"].randomElement(using: &random)!),
          ], .insert)
      }
      return .batch(builder.finish())
    }
  }

  @Test("after every element the changes add up to the definition", arguments: 0..<32 as Range<UInt64>, [true, false])
  func agreesWithTheDefinition(seed: UInt64, keepsLast: Bool) throws {
    var random = SeededGenerator(seed: seed)
    let harness = try OperatorHarness(Self.setup(keepsLast ? .last : .first), parallelism: 2)
    var best: [Value: (time: Int64, row: [Value])] = [:]
    var emitted: Set<Value> = []
    var expected: [[Value]: Int] = [:]
    var folded: [[Value]: Int] = [:]
    for element in Self.inputs(&random) {
      switch element {
      case .processingTime: break
      case .batch(let batch, _):
        for row in 0..<batch.rowCount {
          let values = batch.values(at: row)
          guard case .integer(let time) = values[1], !emitted.contains(values[0]) else { continue }
          if let old = best[values[0]], keepsLast ? old.time > time : old.time <= time { continue }
          best[values[0]] = (time, values)
        }
      case .watermark(let time):
        if !keepsLast {
          for (key, kept) in best where kept.time <= time && emitted.insert(key).inserted { expected[kept.row, default: 0] += 1 }
        }
      }
      if keepsLast { expected = Dictionary(best.values.map { ($0.row, 1) }, uniquingKeysWith: +) }
      try harness.send(element)
      for output in harness.takeBatches() {
        for row in 0..<output.rowCount { folded[output.values(at: row), default: 0] += output.change(row).sign }
      }
      folded = folded.filter { $0.value != 0 }
      #expect(folded == expected)
    }
  }

  @Test("snapshot, restore and a change of parallelism are invisible", arguments: 0..<64 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random)
    let setup = Self.setup(seed % 2 == 0 ? .last : .first, updateBefore: seed % 4 == 0)
    let outcome = try runWithRestart(setup, inputs, restart: .random(in: 0...inputs.count, using: &random))
    #expect(!outcome.straight.isEmpty)
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }
}
