import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

@Suite("GroupAggregate")
struct GroupAggregateTests {
  static func spec(
    _ aggregates: [AggregateCall], keys: [Int] = [0], retracts: Bool = false, updateBefore: Bool = true,
    phase: AggregationPhase = .complete,
    folds: Bool = true
  ) -> OperatorSpec {
    .groupAggregate(
      GroupAggregateSpec(
        keys: keys, aggregates: aggregates, consumesRetractions: retracts, emitsUpdateBefore: updateBefore, phase: phase,
        foldsBatches: folds))
  }

  static func harness(
    retracts: Bool = false, updateBefore: Bool = true, folds: Bool = true, _ aggregates: [AggregateCall] = [.of(.sum, 1)]
  ) throws -> OperatorHarness {
    try OperatorHarness(
      setup(
        spec(aggregates, retracts: retracts, updateBefore: updateBefore, folds: folds), schema("key value"), output: schema("key r"),
        keys: [[0]]))
  }

  @Test("a batch gives one change a key: +I when it is new, -U and +U side by side when it changes")
  func foldsABatch() throws {
    let harness = try Self.harness()
    try harness.process(batch("key value \n 1 5 \n 2 3 \n 1 4"))
    #expect(harness.take() == batch("key r \n +I 1 9 \n +I 2 3").withoutChanges)
    try harness.process(batch("key value \n 3 1 \n 2 1 \n 1 1 \n 2 1"))
    #expect(harness.take() == batch("key r \n +I 3 1 \n -U 2 3 \n +U 2 5 \n -U 1 9 \n +U 1 10"))
  }

  @Test("nothing is emitted for a key whose result is what it was")
  func keepsSilent() throws {
    let harness = try Self.harness()
    try harness.process(batch("key value \n 1 5 \n 2 NULL"))
    #expect(harness.take() == batch("key r \n 1 5 \n 2 NULL"))
    try harness.process(batch("key value \n 1 0 \n 2 NULL"))
    #expect(harness.take().rowCount == 0)
    try harness.process(batch("key value \n 2 0"))
    #expect(harness.take() == batch("key r \n -U 2 NULL \n +U 2 0"))
  }

  @Test("where nobody needs it, -U is left out")
  func leavesOutUpdateBefore() throws {
    let harness = try Self.harness(updateBefore: false)
    try harness.process(batch("key value \n 1 5"))
    try harness.process(batch("key value \n 1 5"))
    #expect(harness.take() == batch("key r \n +I 1 5 \n +U 1 10"))
  }

  @Test("a key is deleted with its last row, and comes back as new")
  func deletesKeys() throws {
    let harness = try Self.harness(retracts: true)
    try harness.process(batch("key value \n +I 1 5 \n +I 1 7"))
    try harness.process(batch("key value \n -D 1 5"))
    try harness.process(batch("key value \n -D 1 7 \n +I 2 1"))
    try harness.process(batch("key value \n +I 1 8"))
    #expect(harness.take() == batch("key r \n +I 1 12 \n -U 1 12 \n +U 1 7 \n -D 1 7 \n +I 2 1 \n +I 1 8"))
  }

  @Test("what comes and goes within a batch is not seen, and a retraction of what is not there does nothing")
  func insertThenDelete() throws {
    let harness = try Self.harness(retracts: true)
    try harness.process(batch("key value \n +I 1 5 \n -D 1 5 \n -D 2 9 \n +I 2 1"))
    #expect(harness.take() == batch("key r \n +I 2 1").withoutChanges)
    try harness.process(batch("key value \n -U 2 1 \n +U 2 4"))
    #expect(harness.take() == batch("key r \n -U 2 1 \n +U 2 4"))
    try harness.process(batch("key value \n -U 2 4 \n +U 2 4"))
    #expect(harness.take().rowCount == 0)
  }

  @Test("without folding every row gives its own change")
  func rowByRow() throws {
    let harness = try Self.harness(folds: false)
    try harness.process(batch("key value \n 1 5 \n 2 1 \n 1 4 \n 1 1"))
    #expect(harness.take() == batch("key r \n +I 1 5 \n +I 2 1 \n -U 1 5 \n +U 1 9 \n -U 1 9 \n +U 1 10"))
  }

  @Test("without keys there is one result, and none before the first row")
  func globalGroup() throws {
    let harness = try OperatorHarness(
      setup(Self.spec([.countStar, .of(.max, 1)], keys: []), schema("key value"), output: schema("n r")), parallelism: 2)
    #expect(harness.take().rowCount == 0)
    try harness.process(batch("key value \n 1 5 \n 2 3"))
    try harness.process(batch("key value \n 1 9"))
    #expect(harness.take() == batch("n r \n +I 2 5 \n -U 2 5 \n +U 3 9"))
  }

  @Test("a grouping without aggregates gives each key once")
  func distinctKeys() throws {
    let harness = try OperatorHarness(setup(Self.spec([], retracts: true), schema("key value"), output: schema("key"), keys: [[0]]))
    try harness.process(batch("key value \n +I 1 5 \n +I 1 6 \n -D 1 5 \n +I 2 1"))
    try harness.process(batch("key value \n +I 1 5 \n -D 2 1"))
    #expect(harness.take() == batch("key \n +I 1 \n +I 2 \n -D 2"))
  }

  @Test("MIN and MAX find the next extreme when it is taken back")
  func retractsExtremes() throws {
    let harness = try OperatorHarness(
      setup(
        Self.spec([.of(.min, 1), .of(.max, 2, .string)], retracts: true), schema("key value name:string"),
        output: schema("key low high:string"), keys: [[0]]))
    try harness.process(batch("key value name:string \n +I 1 5 b \n +I 1 3 'a rather long name' \n +I 1 3 c \n +I 1 NULL NULL"))
    try harness.process(batch("key value name:string \n -D 1 3 c"))
    try harness.process(batch("key value name:string \n -D 1 3 'a rather long name' \n +I 1 9 b"))
    try harness.process(batch("key value name:string \n -D 1 5 b \n -D 1 9 b"))
    #expect(
      harness.take()
        == batch("key low high:string \n +I 1 3 c \n -U 1 3 c \n +U 1 3 b \n -U 1 3 b \n +U 1 5 b \n -U 1 5 b \n +U 1 NULL NULL"))
  }

  static let input = schema("key value name:string price:decimal(10,2) flag:boolean")
  static let calls: [AggregateCall] = [
    .countStar, .count(1), .of(.sum, 1), .of(.min, 1), .of(.max, 2, .string), .of(.avg, 1), .count(2, .string, distinct: true),
    .of(.sum, 1, distinct: true), .of(.avg, 3, dataType("decimal(10,2)"), result: dataType("decimal(38,6)")),
    .of(.max, 3, dataType("decimal(10,2)"), filter: 4), .count(1, distinct: true, filter: 4),
  ]
  static let output = Schema([Field("key", .int64)] + calls.enumerated().map { Field("r\($0)", $1.resultType) })

  /// A changelog in which nothing is taken back that is not there.
  static func inputs(_ random: inout SeededGenerator, retracts: Bool, count: Int = 7) -> [OperatorInput] {
    var table: [[Value]] = []
    return (0..<count).map { _ in
      let builder = BatchBuilder(input)
      for _ in 0..<Int.random(in: 1..<25, using: &random) {
        if retracts, !table.isEmpty, Int.random(in: 0..<5, using: &random) < 2 {
          let row = table.remove(at: Int.random(in: 0..<table.count, using: &random))
          builder.append(row, Bool.random(using: &random) ? .delete : .updateBefore)
        } else {
          let row: [Value] = [
            Int.random(in: 0..<9, using: &random) == 0 ? .null : .integer(.random(in: 0..<5, using: &random)),
            Int.random(in: 0..<4, using: &random) == 0 ? .null : .integer(.random(in: -4..<5, using: &random)),
            Int.random(in: 0..<4, using: &random) == 0
              ? .null : .string(["a", "b", "a long string of bytes"].randomElement(using: &random)!),
            randomValue(input[3].type, nullEvery: 4, using: &random), randomValue(.boolean, nullEvery: 4, using: &random),
          ]
          table.append(row)
          builder.append(row, retracts && Bool.random(using: &random) ? .updateAfter : .insert)
        }
      }
      return .batch(builder.finish())
    }
  }

  /// What the definition says about the rows that are there in the end.
  static func expected(_ inputs: [OperatorInput]) -> [[Value]: Int] {
    var rows: [[Value]: Int] = [:]
    for case .batch(let batch, _) in inputs {
      for row in 0..<batch.rowCount { rows[batch.values(at: row), default: 0] += batch.change(row).sign }
    }
    var results: [[Value]: Int] = [:]
    let there = rows.flatMap { row, count in [[Value]](repeating: row, count: count) }
    for (key, group) in Dictionary(grouping: there, by: { $0[0] }) {
      func integers(_ rows: [[Value]], _ position: Int) -> [Int64] {
        rows.compactMap { if case .integer(let value) = $0[position] { value } else { nil } }
      }
      func decimals(_ rows: [[Value]]) -> [Int128] { rows.compactMap { if case .decimal(let value) = $0[3] { value } else { nil } } }
      func integer(_ value: Int64?) -> Value { value.map { .integer($0) } ?? .null }
      let values = integers(group, 1)
      let names = group.compactMap { if case .string(let name) = $0[2] { name } else { nil } }
      let prices = decimals(group)
      let flagged = group.filter { $0[4] == .boolean(true) }
      let sum = prices.reduce(0, +) * 10_000
      let count = Int128(prices.count)
      let mean: Int128? = prices.isEmpty ? nil : sum / count + (2 * (sum % count).magnitude >= count.magnitude ? sum.signum() : 0)
      let result: [Value] = [
        key, .integer(Int64(group.count)), .integer(Int64(values.count)), integer(values.isEmpty ? nil : values.reduce(0, +)),
        integer(values.min()), names.max().map { .string($0) } ?? .null,
        integer(values.isEmpty ? nil : values.reduce(0, +) / Int64(values.count)), .integer(Int64(Set(names).count)),
        integer(values.isEmpty ? nil : Set(values).reduce(0, +)), mean.map { .decimal($0) } ?? .null,
        decimals(flagged).max().map { .decimal($0) } ?? .null, .integer(Int64(Set(integers(flagged, 1)).count)),
      ]
      results[result] = 1
    }
    return results
  }

  @Test(
    "the changes add up to what the definition says, batch by batch or row by row", arguments: 0..<12 as Range<UInt64>, [true, false])
  func agreesWithTheDefinition(seed: UInt64, folds: Bool) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random, retracts: seed % 2 == 0)
    let harness = try OperatorHarness(
      setup(Self.spec(Self.calls, retracts: seed % 2 == 0, folds: folds), Self.input, output: Self.output, keys: [[0]]), parallelism: 2)
    var all: [RecordBatch] = []
    for (position, input) in inputs.enumerated() {
      try harness.send(input)
      let emitted = harness.take()
      for row in 0..<emitted.rowCount where emitted.change(row) == .updateBefore {
        #expect(emitted.change(row + 1) == .updateAfter)
        #expect(emitted.values(at: row)[0] == emitted.values(at: row + 1)[0])
        #expect(emitted.values(at: row) != emitted.values(at: row + 1))
      }
      all.append(emitted)
      #expect(RecordBatch.concatenate(all).materialized == Self.expected(Array(inputs[...position])))
    }
  }

  @Test("local and global phase together give what one phase gives", arguments: 0..<24 as Range<UInt64>)
  func twoPhasesAreOne(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let retracts = seed % 2 == 0
    let inputs = Self.inputs(&random, retracts: retracts)
    let calls = Self.calls.filter { !$0.isDistinct && !(retracts && [.min, .max].contains($0.function)) }
    let output = Schema([Field("key", .int64)] + calls.enumerated().map { Field("r\($0)", $1.resultType) })
    var partial = partialSchema([Self.input[0]], calls, isWindowed: false)
    if retracts { partial.fields.append(Field("rows", .int64, isNullable: false)) }
    let complete = try OperatorHarness(setup(Self.spec(calls, retracts: retracts), Self.input, output: output, keys: [[0]]))
    let local = try OperatorHarness(setup(Self.spec(calls, retracts: retracts, phase: .local), Self.input, output: partial, keys: [[0]]))
    let global = try OperatorHarness(
      setup(Self.spec(calls, retracts: retracts, phase: .global), partial, output: output, keys: [[0]]), parallelism: 2)
    for input in inputs {
      try complete.send(input)
      try local.send(input)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: _ = try local.snapshot()
      case 1: try local.runDry()
      default: break
      }
      for batch in local.takeBatches() { try global.process(batch) }
    }
    try local.finish()
    for batch in local.takeBatches() { try global.process(batch) }
    #expect(global.take().materialized == complete.take().materialized)
  }

  @Test("snapshot, restore and a change of parallelism are invisible", arguments: 0..<64 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let retracts = seed % 2 == 0
    let inputs = Self.inputs(&random, retracts: retracts)
    let outcome = try runWithRestart(
      setup(Self.spec(Self.calls, retracts: retracts, folds: seed % 3 != 0), Self.input, output: Self.output, keys: [[0]]), inputs,
      restart: .random(in: 0...inputs.count, using: &random))
    #expect(!outcome.straight.isEmpty)
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }

  @Test("a full output is drained between two rows, and none is lost")
  func yields() throws {
    var setup = setup(Self.spec([.countStar], folds: false), schema("key value"), output: schema("key n"), keys: [[0]])
    setup.rowLimit = 1
    let harness = try OperatorHarness(setup)
    try harness.process(batch("key value \n 1 0 \n 1 0 \n 1 0 \n 2 0"))
    #expect(harness.yieldCount == 2)
    #expect(harness.take() == batch("key n \n +I 1 1 \n -U 1 1 \n +U 1 2 \n -U 1 2 \n +U 1 3 \n +I 2 1"))
  }

  @Test("what cannot be computed over a changelog is refused when the operator is made")
  func refusesUnsupported() {
    #expect(throws: OperatorError.self) { try OperatorFactory.make(Self.spec([.of(.listAgg, 2, .string)], phase: .local)) }
    #expect(throws: OperatorError.self) { try OperatorFactory.make(Self.spec([.of(.listAgg, 1)])) }
    #expect(throws: OperatorError.self) { try OperatorFactory.make(Self.spec([.of(.sum, 1, .string)])) }
    #expect(throws: OperatorError.self) { try OperatorFactory.make(Self.spec([.of(.max, 1)], retracts: true, phase: .global)) }
    #expect(throws: OperatorError.self) { try OperatorFactory.make(Self.spec([.count(1, distinct: true)], phase: .local)) }
  }
}

extension RecordBatch {
  /// A batch of inserts says nothing about changes.
  var withoutChanges: RecordBatch { RecordBatch(schema: schema, columns: columns, rowCount: rowCount) }
}
