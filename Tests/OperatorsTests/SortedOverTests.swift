import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

@Suite("SortedOver")
struct SortedOverTests {
  static let input = schema("k v s:string")

  static func setup(_ frames: [OverFrameSpec], order: SortKey = SortKey(1), updateBefore: Bool = true) -> OperatorSetup {
    OperatorsTests.setup(
      .sortedOver(SortedOverSpec(keys: [0], order: order, frames: frames, emitsUpdateBefore: updateBefore)), input,
      output: Schema(input.fields + frames.flatMap(\.calls).indices.map { Field("o\($0)", .int64) }), keys: [[0]])
  }

  static let sum = OverCall.aggregate(.of(.sum, 1))

  @Test("a row that comes changes those behind it, with those of an equal order in a RANGE")
  func inserts() throws {
    let harness = try OperatorHarness(Self.setup([OverFrameSpec(.range(preceding: nil), [Self.sum])]))
    try harness.process(batch("k v s:string \n 1 5 a \n 1 3 b \n 2 1 c"))
    #expect(harness.take() == batch("k v s:string o0 \n 1 3 b 3 \n 1 5 a 8 \n 2 1 c 1"))
    try harness.process(batch("k v s:string \n 1 3 d \n 1 9 e"))
    #expect(
      harness.take()
        == batch("k v s:string o0 \n -U 1 3 b 3 \n +U 1 3 b 6 \n +I 1 3 d 6 \n -U 1 5 a 8 \n +U 1 5 a 11 \n +I 1 9 e 20"))
    let rows = try OperatorHarness(Self.setup([OverFrameSpec(.rows(preceding: nil), [Self.sum])], updateBefore: false))
    try rows.process(batch("k v s:string \n 1 5 a \n 1 3 b"))
    _ = rows.take()
    try rows.process(batch("k v s:string \n 1 3 d"))
    #expect(rows.take() == batch("k v s:string o0 \n +I 1 3 d 6 \n +U 1 5 a 11"))
  }

  @Test("a row that goes is deleted with the values that it had; one that was never there changes nothing")
  func deletes() throws {
    let harness = try OperatorHarness(Self.setup([OverFrameSpec(.range(preceding: nil), [Self.sum])]))
    try harness.process(batch("k v s:string \n 1 5 a \n 1 3 b"))
    _ = harness.take()
    try harness.process(batch("k v s:string \n -D 1 3 x \n +I 1 4 y \n -U 1 3 b \n -D 1 4 y \n +U 1 0 b"))
    #expect(harness.take() == batch("k v s:string o0 \n -D 1 3 b 3 \n +I 1 0 b 0 \n -U 1 5 a 8 \n +U 1 5 a 5"))
    try harness.process(batch("k v s:string \n -D 1 0 b \n -D 1 5 a"))
    #expect(try harness.snapshot()[0].keyGroups.isEmpty)
  }

  static let frames = [OverFrame.rows(preceding: nil), .range(preceding: nil)]
  static let calls: [OverCall] =
    [.countStar, .of(.sum, 1), .of(.min, 1), .of(.lastValue, 1), .count(2, .string, distinct: true)].map { .aggregate($0) }

  static func inputs(_ random: inout SeededGenerator) -> [OperatorInput] {
    var table: [[Value]] = []
    return (0..<10).map { _ in
      let builder = BatchBuilder(input)
      for _ in 0..<Int.random(in: 1..<20, using: &random) {
        if !table.isEmpty, Int.random(in: 0..<3, using: &random) == 0 {
          builder.append(table.remove(at: .random(in: 0..<table.count, using: &random)), .delete)
        } else {
          let row: [Value] = [
            .integer(.random(in: 0..<3, using: &random)),
            Int.random(in: 0..<6, using: &random) == 0 ? .null : .integer(.random(in: -3..<4, using: &random)),
            .string(["p", "q"].randomElement(using: &random)!),
          ]
          table.append(row)
          builder.append(row, .insert)
        }
      }
      return .batch(builder.finish())
    }
  }

  private static func number(_ value: Value) -> Int64? {
    if case .integer(let number) = value { number } else { nil }
  }

  /// The rows that are there with their values, by sorting all of them.
  private static func definition(_ table: [[Value]], _ specs: [OverFrameSpec], nullsFirst: Bool) -> [[Value]: Int] {
    let least = nullsFirst ? Int64.min : .max
    var result: [[Value]: Int] = [:]
    for rows in Dictionary(grouping: table, by: { $0[0] }).values {
      let sorted = rows.enumerated().sorted {
        let (a, b) = (number($0.element[1]) ?? least, number($1.element[1]) ?? least)
        return a != b ? a < b : $0.offset < $1.offset
      }.map(\.element)
      for (index, row) in sorted.enumerated() {
        var values = row
        for spec in specs {
          let frame =
            spec.frame.isRange ? sorted.filter { (number($0[1]) ?? least) <= (number(row[1]) ?? least) } : Array(sorted[...index])
          for case .aggregate(let call) in spec.calls {
            let numbers = frame.compactMap { number($0[1]) }
            switch call.function {
            case .countStar: values.append(.integer(Int64(frame.count)))
            case .count: values.append(.integer(Int64(Set(frame.map { $0[2] }).count)))
            case .sum: values.append(numbers.isEmpty ? .null : .integer(numbers.reduce(0, +)))
            case .min: values.append(numbers.min().map { .integer($0) } ?? .null)
            default: values.append(numbers.last.map { .integer($0) } ?? .null)
            }
          }
        }
        result[values, default: 0] += 1
      }
    }
    return result
  }

  @Test("after every batch the changes add up to the rows with their values", arguments: 0..<64 as Range<UInt64>)
  func agreesWithTheDefinition(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let specs = Self.frames.shuffled(using: &random).prefix(.random(in: 1...2, using: &random)).map { OverFrameSpec($0, Self.calls) }
    let nullsFirst = Bool.random(using: &random)
    var setup = Self.setup(specs, order: SortKey(1, nullsFirst: nullsFirst))
    if Bool.random(using: &random) { setup.rowLimit = 2 }
    let harness = try OperatorHarness(setup, parallelism: 2)
    var table: [[Value]] = []
    var folded: [[Value]: Int] = [:]
    for case .batch(let batch, _) in Self.inputs(&random) {
      for row in 0..<batch.rowCount {
        if batch.change(row).sign > 0 {
          table.append(batch.values(at: row))
        } else if let place = table.firstIndex(of: batch.values(at: row)) {
          table.remove(at: place)
        }
      }
      try harness.process(batch)
      for output in harness.takeBatches() {
        for row in 0..<output.rowCount { folded[output.values(at: row), default: 0] += output.change(row).sign }
      }
      folded = folded.filter { $0.value != 0 }
      #expect(folded == Self.definition(table, specs, nullsFirst: nullsFirst))
    }
  }

  @Test("snapshot, restore and a change of parallelism are invisible", arguments: 0..<32 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let setup = Self.setup([OverFrameSpec(Self.frames[Int(seed % 2)], Self.calls)])
    let inputs = Self.inputs(&random)
    let outcome = try runWithRestart(setup, inputs, restart: .random(in: 0...inputs.count, using: &random))
    #expect(!outcome.straight.isEmpty)
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }

  @Test("a full output is drained, and a change is not parted")
  func yields() throws {
    var setup = Self.setup([OverFrameSpec(.rows(preceding: nil), [Self.sum])])
    setup.rowLimit = 10
    let harness = try OperatorHarness(setup)
    let count = 2 * RecordBatch.targetRowCount + 100
    try harness.process(batch("k v s:string \n" + (1...count).map { "1 \($0) a" }.joined(separator: "\n")))
    #expect(harness.yieldCount == 2)
    #expect(harness.take().rowCount == count)
    try harness.process(batch("k v s:string \n 1 0 a \n 1 0 a"))
    #expect(harness.take().rowCount == 2)
    try harness.process(batch("k v s:string \n 1 1 a"))
    let batches = harness.takeBatches()
    #expect(batches.reduce(0) { $0 + $1.rowCount } == 2 * (count - 1) + 1)
    for batch in batches { #expect(batch.change(batch.rowCount - 1) != .updateBefore) }
  }
}
