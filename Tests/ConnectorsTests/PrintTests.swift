import Columnar
import Dataflow
import Testing

@testable import Connectors

@Suite struct PrintTests {
  private func printed(
    _ schema: Schema, _ rows: [([Value], ChangeKind)], _ options: [String: String] = [:], _ context: SinkContext = .test()
  ) throws -> RecordingConsole {
    let console = RecordingConsole()
    let sink = try BuiltInConnectors().makeSink(
      SinkSpec(table: "s", connector: "print", options: options, schema: schema, primaryKey: []), context, console: console)
    let builder = BatchBuilder(schema)
    for (values, change) in rows { builder.append(values, change) }
    try sink.write(builder.finish())
    try sink.flush()
    return console
  }

  @Test("each change is a line with its kind")
  func changes() throws {
    let schema = Schema([Field("a", .int64), Field("b", .string)])
    let console = try printed(
      schema,
      [
        ([.integer(1), .string("x")], .insert), ([.integer(1), .string("x")], .updateBefore), ([.integer(2), .null], .updateAfter),
        ([.null, .string("")], .delete),
      ])
    #expect(console.text == "+I[1, x]\n-U[1, x]\n+U[2, null]\n-D[null, ]\n")
  }

  @Test("the prefix holds the identifier, and the subtask's number where there are several")
  func prefixes() throws {
    let schema = Schema([Field("a", .int64)])
    let row: [([Value], ChangeKind)] = [([.integer(1)], .insert)]
    #expect(try printed(schema, row, [:], .test(subtask: 1, of: 2)).text == "2> +I[1]\n")
    #expect(try printed(schema, row, ["print-identifier": "out"], .test()).text == "out> +I[1]\n")
    let both = try printed(schema, row, ["print-identifier": "out", "standard-error": "true"], .test(subtask: 0, of: 2))
    #expect(both.text == "out:1> +I[1]\n")
    #expect(both.errorCount == 1)
  }

  @Test("values look as Java's toString makes them")
  func values() throws {
    let cases: [(DataType, Value, String)] = [
      (.boolean, .boolean(true), "true"),
      (.float64, .double(1), "1.0"),
      (.float64, .double(1.5e10), "1.5E10"),
      (.float64, .double(0.00012), "1.2E-4"),
      (.float64, .double(1_234_567.25), "1234567.25"),
      (.float64, .double(-0.0), "-0.0"),
      (.float32, .float(.infinity), "Infinity"),
      (.decimal(precision: 10, scale: 2), .decimal(-5), "-0.05"),
      (.decimal(precision: 38, scale: 4), .decimal(123_456), "12.3456"),
      (.date, .integer(19_782), "2024-02-29"),
      (.date, .integer(-1), "1969-12-31"),
      (.time(precision: 0), .integer(36_900_000), "10:15"),
      (.time(precision: 3), .integer(36_930_123), "10:15:30.123"),
      (.timestamp(precision: 3), .integer(1_709_201_730_120_000), "2024-02-29T10:15:30.120"),
      (.timestamp(precision: 3), .integer(1_709_201_700_000_000), "2024-02-29T10:15"),
      (.timestamp(precision: 6), .integer(-1), "1969-12-31T23:59:59.999999"),
      (.timestampLTZ(precision: 3), .integer(0), "1970-01-01T00:00:00Z"),
      (.bytes, .bytes([1, 255]), "[1, -1]"),
      (.array(.int32), .list([.integer(1), .null]), "[1, null]"),
      (.map(key: .string, value: .int32), .list([.row([.string("a"), .integer(1)])]), "{a=1}"),
      (.row([Field("x", .int32), Field("y", .string)]), .row([.integer(1), .string("b")]), "+I[1, b]"),
    ]
    for (type, value, expected) in cases {
      let schema = Schema([Field("a", type)])
      #expect(try printed(schema, [([value], .insert)]).text == "+I[\(expected)]\n")
    }
  }

  @Test("many lines leave in blocks of whole lines")
  func blocks() throws {
    let schema = Schema([Field("a", .string)])
    let long = String(repeating: "x", count: 999)
    let console = try printed(schema, [([Value], ChangeKind)](repeating: ([.string(long)], .insert), count: 200))
    #expect(console.text == String(repeating: "+I[\(long)]\n", count: 200))
    #expect(console.blockCount == 4)
  }

  @Test("an unknown connector is refused by name")
  func unknown() {
    let spec = SinkSpec(table: "s", connector: "kafka", options: [:], schema: Schema([]), primaryKey: [])
    let message = failure { _ = try BuiltInConnectors().makeSink(spec, .test(), console: RecordingConsole()) }
    #expect(message == #"unknown sink connector "kafka", expected one of "blackhole", "filesystem", "print""#)
  }
}
