import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

/// The aggregates that remember values: LISTAGG, ARRAY_AGG, COLLECT, FIRST_VALUE and LAST_VALUE with retractions; and variances.
@Suite("Aggregates of values")
struct ValueAggregateTests {
  static let input = schema("key name:string value")
  static let calls: [AggregateCall] = [
    AggregateCall(.listAgg, argument: 1, argumentType: .string, resultType: .string, separator: "|"),
    .of(.arrayAgg, 2, result: .array(.int64)), .of(.firstValue, 1, .string), .of(.lastValue, 1, .string),
    .of(.collect, 1, .string, result: .multiset(.string)), .of(.listAgg, 1, .string, distinct: true),
    .of(.varPop, 2), .of(.stddevSamp, 2, .int64, result: .float64),
  ]
  static let output = Schema([Field("key", .int64)] + calls.enumerated().map { Field("r\($0)", $1.resultType) })

  static func inputs(_ random: inout SeededGenerator, retracts: Bool) -> [OperatorInput] {
    var table: [[Value]] = []
    return (0..<6).map { _ in
      let builder = BatchBuilder(input)
      for _ in 0..<Int.random(in: 1..<20, using: &random) {
        if retracts, !table.isEmpty, Int.random(in: 0..<5, using: &random) < 2 {
          builder.append(table.remove(at: Int.random(in: 0..<table.count, using: &random)), .delete)
        } else {
          let row: [Value] = [
            .integer(.random(in: 0..<3, using: &random)),
            Int.random(in: 0..<4, using: &random) == 0 ? .null : .string(["a", "b", "a longer string"].randomElement(using: &random)!),
            Int.random(in: 0..<4, using: &random) == 0 ? .null : .integer(.random(in: -3..<4, using: &random)),
          ]
          table.append(row)
          builder.append(row)
        }
      }
      return .batch(builder.finish())
    }
  }

  /// Lists of rows by key: a row is added at the end, and the first equal value is taken away, for names and values apart.
  static func expected(_ inputs: [OperatorInput]) -> [Value: [Value]] {
    var names: [Value: [Value]] = [:]
    var values: [Value: [Value]] = [:]
    var counts: [Value: Int] = [:]
    for case .batch(let batch, _) in inputs {
      for index in 0..<batch.rowCount {
        let row = batch.values(at: index)
        counts[row[0], default: 0] += batch.change(index).sign
        if batch.change(index).sign > 0 {
          names[row[0], default: []].append(row[1])
          values[row[0], default: []].append(row[2])
        } else {
          names[row[0]]!.remove(at: names[row[0]]!.firstIndex(of: row[1])!)
          values[row[0]]!.remove(at: values[row[0]]!.firstIndex(of: row[2])!)
        }
      }
    }
    var results: [Value: [Value]] = [:]
    for key in names.keys where counts[key]! > 0 {
      let texts = names[key]!.compactMap { if case .string(let text) = $0 { text } else { nil } }
      results[key] = [
        texts.isEmpty ? .null : .string(texts.joined(separator: "|")), .list(values[key]!), texts.first.map { .string($0) } ?? .null,
        texts.last.map { .string($0) } ?? .null,
      ]
    }
    return results
  }

  @Test("values stay in the order in which they came, whatever is taken back", arguments: 0..<24 as Range<UInt64>)
  func keepsTheOrder(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random, retracts: seed % 2 == 0)
    let calls = Array(Self.calls.prefix(4))
    let output = Schema([Field("key", .int64)] + calls.enumerated().map { Field("r\($0)", $1.resultType) })
    let harness = try OperatorHarness(
      setup(GroupAggregateTests.spec(calls, retracts: seed % 2 == 0, folds: false), Self.input, output: output, keys: [[0]]))
    for input in inputs { try harness.send(input) }
    var final: [Value: [Value]] = [:]
    for row in harness.take().materialized.keys { final[row[0]] = Array(row.dropFirst()) }
    #expect(final == Self.expected(inputs))
  }

  @Test("snapshot, restore and a change of parallelism are invisible", arguments: 0..<48 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let retracts = seed % 2 == 0
    let inputs = Self.inputs(&random, retracts: retracts)
    let outcome = try runWithRestart(
      setup(GroupAggregateTests.spec(Self.calls, retracts: retracts), Self.input, output: Self.output, keys: [[0]]), inputs,
      restart: .random(in: 0...inputs.count, using: &random))
    #expect(!outcome.straight.isEmpty)
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }

  @Test("COLLECT counts each value, with DISTINCT once; without a value it is empty")
  func collects() throws {
    let rows = batch("a:string \n x \n y \n NULL \n x")
    let type = DataType.multiset(.string)
    func entry(_ text: String, _ count: Int64) -> Value { .row([.string(text), .integer(count)]) }
    #expect(try AggregateTests.result(.of(.collect, 0, .string, result: type), rows) == .list([entry("x", 2), entry("y", 1)]))
    #expect(
      try AggregateTests.result(.of(.collect, 0, .string, distinct: true, result: type), rows) == .list([entry("x", 1), entry("y", 1)]))
    #expect(try AggregateTests.result(.of(.collect, 0, .string, result: type), batch("a:string \n NULL")) == .list([]))
  }

  @Test("ARRAY_AGG keeps NULL, with DISTINCT once; LISTAGG passes over it")
  func arraysAndLists() throws {
    let rows = batch("a:string \n b \n NULL \n a \n b \n NULL")
    let array = DataType.array(.string)
    let (a, b) = (Value.string("a"), Value.string("b"))
    #expect(try AggregateTests.result(.of(.arrayAgg, 0, .string, result: array), rows) == .list([b, .null, a, b, .null]))
    #expect(try AggregateTests.result(.of(.arrayAgg, 0, .string, distinct: true, result: array), rows) == .list([b, .null, a]))
    #expect(try AggregateTests.result(.of(.listAgg, 0, .string), rows) == .string("b,a,b"))
    #expect(try AggregateTests.result(.of(.listAgg, 0, .string), batch("a:string \n NULL")) == .null)
  }

  @Test(
    "variances are Flink's to the last digit: doubles by Welford, integers truncated and wrapped, decimals rounded half up",
    arguments: [
      (AggregateFunction.varPop, "double", "1.5 2.5 4.75 0.1", Value.double(2.87296875)),
      (.varSamp, "double", "1.5 2.5 4.75", .double(2.7708333333333335)), (.stddevPop, "double", "1.5 2.5", .double(0.5)),
      (.stddevSamp, "double", "1.5 2.5 4.75 0.1", .double(1.9571982526049834)), (.varSamp, "double", "1.5", .null),
      (.varPop, "double", "1.5", .double(0)), (.varPop, "int", "1 2 5 9", .integer(9)), (.varSamp, "int", "1 2 5 9", .integer(12)),
      (.stddevSamp, "int", "1 2 5 9", .integer(3)), (.varPop, "tinyint", "1 2 100 -100", .integer(-120)),
      (.varPop, "int", "2000000000 2000000001 -2000000000", .integer(2_147_483_647)), (.stddevPop, "bigint", "10 20 47 91", .integer(31)),
      (.varPop, "decimal(10,2)", "1.10 2.25 7.33", .decimal(7_326_867)),
      (.stddevSamp, "decimal(10,2)", "1.10 2.25 7.33 0.01", .decimal(3_236_895)),
    ])
  func variances(function: AggregateFunction, type: String, values: String, expected: Value) throws {
    let rows = batch("a:\(type) \n \(values.split(separator: " ").joined(separator: " \n "))")
    let result = type.hasPrefix("decimal") ? dataType("decimal(38,6)") : dataType(type)
    #expect(try AggregateTests.result(.of(function, 0, dataType(type), result: result), rows) == expected)
  }

  @Test("the variance of two halves is that of the whole")
  func mergesVariances() throws {
    let calls = [AggregateCall.of(.varPop, 1, .float64), .of(.varSamp, 1, .float64)]
    let input = schema("key value:double")
    let output = schema("key p:double s:double")
    let partial = partialSchema([input[0]], calls, isWindowed: false)
    let local = try OperatorHarness(setup(GroupAggregateTests.spec(calls, phase: .local), input, output: partial, keys: [[0]]))
    let global = try OperatorHarness(setup(GroupAggregateTests.spec(calls, phase: .global), partial, output: output, keys: [[0]]))
    for half in ["key value:double \n 1 1.5 \n 1 2.5", "key value:double \n 1 4.75 \n 1 0.1"] {
      try local.process(batch(half))
      try local.runDry()
      _ = try local.snapshot()
      for partials in local.takeBatches() { try global.process(partials) }
    }
    let last = global.take()
    guard case .double(let population) = last.values(at: last.rowCount - 1)[1],
      case .double(let sample) = last.values(at: last.rowCount - 1)[2]
    else {
      Issue.record("no variance in \(last)")
      return
    }
    #expect(abs(population - 2.87296875) < 1e-12)
    #expect(abs(sample - 3.830625) < 1e-12)
  }
}
