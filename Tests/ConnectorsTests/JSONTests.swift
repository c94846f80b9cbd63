import Columnar
import Dataflow
import TestKit
import Testing

@testable import Connectors

@Suite struct JSONTests {
  private let fields = [Field("a", .int64), Field("b", .string), Field("c", .float64)]

  @Test("an object a line is a row, whatever the order and spacing of its fields")
  func objects() throws {
    #expect(
      try reading(
        "{\"a\":1,\"b\":\"x\",\"c\":1.5}\n{ \"c\" : 2e3 , \"zz\":[1,{\"a\":\"}\"}], \"b\" :\"y\" ,\"a\": -2 }\r\n\n  {\"b\":null}", "json",
        fields)
        == "+I[1, x, 1.5]\n+I[-2, y, 2000.0]\n+I[null, null, null]")
    #expect(try reading("{}\n", "json", fields) == "+I[null, null, null]")
    #expect(try reading("{\"a\":1,\"a\":2}\n", "json", fields) == "+I[2, null, null]")
  }

  @Test("escapes, surrogate pairs and bytes beyond ASCII come out as UTF-8")
  func strings() throws {
    #expect(
      try reading(#"{"b":"q\"b\\s\/\b\f\n\r\t"}"# + "\n", "json", fields, projection: [1]) == "+I[q\"b\\s/\u{8}\u{c}\n\r\t]")
    #expect(try reading(#"{"b":"\u00e9\uD83D\uDE00 é😀"}"# + "\n", "json", fields, projection: [1]) == "+I[é😀 é😀]")
    #expect(try reading(#"{"b":"\ud800"}"# + "\n", "json", fields, projection: [1]) == "+I[\u{FFFD}]")
    #expect(try reading(#"{"\u0062":"x"}"# + "\n", "json", fields, projection: [1]) == "+I[x]")
  }

  @Test("numbers and text stand for each other as in Flink")
  func conversions() throws {
    #expect(try reading(#"{"a":"12","b":7,"c":" 2.5 "}"# + "\n", "json", fields) == "+I[12, 7, 2.5]")
    #expect(try reading(#"{"a":1.9,"b":true,"c":3}"# + "\n", "json", fields) == "+I[1, true, 3.0]")
    #expect(try reading(#"{"b":{"x":[1, 2]}}"# + "\n", "json", fields) == #"+I[null, {"x":[1, 2]}, null]"#)
  }

  @Test("rows, arrays and maps are read to any depth")
  func nested() throws {
    let fields = [
      Field("r", .row([Field("x", .int32), Field("y", .array(.string))])), Field("m", .map(key: .string, value: .float64)),
      Field("l", .array(.row([Field("z", .boolean)]))),
    ]
    #expect(
      try reading(#"{"r":{"y":["a\n",null],"w":{},"x":5},"m":{"k":1,"j":null},"l":[{"z":true},{}]}"# + "\n", "json", fields)
        == "+I[+I[5, [a\n, null]], {k=1.0, j=null}, [+I[true], +I[null]]]")
    #expect(
      try reading(#"{"r":{"x":"q"}}"# + "\n", "json", fields)
        == ##"could not read "/f": field "r" of the record at byte 0 is "{"x":"q"}", expected ROW<`x` INT, `y` ARRAY<STRING>>"##)
    #expect(try reading(#"{"l":[{"z":true},,{}]}"# + "\n", "json", fields, projection: [2]).contains("expected ARRAY<ROW<`z` BOOLEAN>>"))
  }

  @Test("fields that are read by themselves are those of the ROW; what nobody wants is not looked at")
  func fieldsOfRows() throws {
    let fields = [
      Field("r", .row([Field("x", .int32), Field("y", .row([Field("z", .string), Field("w", .int32, isNullable: false)]))])),
      Field("a", .int64),
    ]
    func read(_ text: String, _ paths: [FieldPath], _ options: [String: String] = [:]) throws -> String {
      try reading(text, "json", fields, options, projection: paths.map { $0.fields.isEmpty && !$0.isPresence ? 1 : 0 }, paths: paths)
    }
    let text = """
      {"r":{"x":1,"y":{"z":"q","w":7}},"a":1}
      {"a":2,"r":null}
      {"r":{"y":null,"x":3}}
      {"r":{"y":{},"v":[1]}}

      """
    let paths = [FieldPath([1, 0]), FieldPath(), FieldPath([1], isPresence: true), FieldPath([0]), FieldPath(isPresence: true)]
    #expect(
      try read(text, paths)
        == "+I[q, 1, +I[], 1, +I[]]\n+I[null, 2, null, null, null]\n+I[null, null, null, 3, +I[]]\n+I[null, null, +I[], null, +I[]]")
    #expect(
      try read(text, [FieldPath([1, 1]), FieldPath([1])]) == "+I[7, +I[q, 7]]\n+I[null, null]\n+I[null, null]\n+I[null, +I[null, null]]")
    #expect(try read(#"{"r":{"x":"?","y":{"z":"q"}}}"# + "\n", [FieldPath([1, 0])]) == "+I[q]")
    #expect(
      try read(#"{"r":{"x":"?","y":{"z":"q"}}}"# + "\n", [FieldPath([0])])
        == ##"could not read "/f": field "r" of the record at byte 0 is "{"x":"?","y":{"z":"q"}}", expected ROW<`x` INT>"##)
    #expect(
      try read(
        #"{"r":{"x":"?"}}"# + "\n" + #"{"r":5}"# + "\n", [FieldPath([0]), FieldPath(isPresence: true)], ["json.ignore-parse-errors": "true"]
      )
        == "+I[null, +I[]]\n+I[null, null]")
  }

  @Test("times are read in the standard that is asked for")
  func times() throws {
    let fields = [Field("t", .timestamp(precision: 3)), Field("z", .timestampLTZ(precision: 6)), Field("d", .date)]
    #expect(
      try reading(#"{"t":"2024-02-29 10:15:30.123456","z":"2024-02-29 10:15:30.123456Z","d":"2024-02-29"}"# + "\n", "json", fields)
        == "+I[2024-02-29T10:15:30.123, 2024-02-29T10:15:30.123456Z, 2024-02-29]")
    #expect(
      try reading(
        #"{"t":"2024-02-29T10:15:30","z":"2024-02-29T10:15:30Z"}"# + "\n", "json", fields, ["json.timestamp-format.standard": "ISO-8601"])
        == "+I[2024-02-29T10:15:30, 2024-02-29T10:15:30Z, null]")
    #expect(
      try reading(#"{"t":"2024-02-29T10:15:30"}"# + "\n", "json", fields)
        == #"could not read "/f": field "t" of the record at byte 0 is "2024-02-29T10:15:30", expected TIMESTAMP(3)"#)
  }

  @Test(
    "what is not JSON fails the job with file, byte and what was expected",
    arguments: [
      ("{\"a\":1\n", #"expected "," or "}", found the end of the line"#),
      ("[1]\n", #"expected an object, found "[1]""#),
      ("{\"a\":1}{\n", "something follows the object on its line"),
      ("{\"a\":}\n", #"expected a value, found "}""#),
      ("{\"a\":nul}\n", #"expected a value, found "nul}""#),
      ("{a:1}\n", #"expected a key, found "a:1}""#),
      ("{\"a\" 1}\n", #"expected ":", found "1}""#),
      ("{\"a\":\"x\n\"}\n", "a string has no end, or holds a control character or an unknown escape"),
      ("{\"a\":\"\\q\"}\n", "a string has no end, or holds a control character or an unknown escape"),
      ("{\"a\":[1,\n", #"expected a value, found the end of the line"#),
    ])
  func errors(text: String, message: String) throws {
    #expect(try reading("{}\n" + text, "json", fields) == "could not read \"/f\": the record at byte 3 is not json: \(message)")
  }

  @Test("a string that is not UTF-8 is refused")
  func notUTF8() throws {
    let directory = try TemporaryDirectory()
    try directory.write("f", Array("{\"b\":\"".utf8) + [0xC3, 0x28] + Array("\"}\n".utf8))
    let message = failure { _ = try rows(of: fileSpec(directory.path, "json", fields)) }
    #expect(message?.hasSuffix("the record at byte 0 is not json: a string is not UTF-8") == true)
  }

  @Test("missing fields are NULL, or fail the job if that is asked for")
  func missing() throws {
    #expect(
      try reading("{\"a\":1,\"b\":null}\n", "json", fields, ["json.fail-on-missing-field": "true"])
        == #"could not read "/f": the record at byte 0 is not json: field "c" is missing"#)
    #expect(try reading("{\"a\":1,\"b\":null,\"c\":1}\n", "json", fields, ["json.fail-on-missing-field": "true"]) == "+I[1, null, 1.0]")
  }

  @Test("with ignore-parse-errors bad fields are NULL, bad records are left out, and both are counted")
  func ignoring() throws {
    #expect(
      try reading("{\"a\":1}\n{\"a\":\n{\"a\":\"x\",\"b\":\"y\"}\n{\"a\":2}\n", "json", fields, ["json.ignore-parse-errors": "true"])
        == "+I[1, null, null]\n+I[null, y, null]\n+I[2, null, null]\nskipped 2")
  }

  @Test("what is written is read back", arguments: 0..<20 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let letters = Array("ab,\"\n\r\u{1}\\{}[]:é😀")
    let fields = [
      Field("a", .int64), Field("b\"q", .string), Field("t", .timestampLTZ(precision: 6)), Field("d", .float64),
      Field("n", .row([Field("x", .array(.string)), Field("m", .map(key: .string, value: .decimal(precision: 10, scale: 9)))])),
    ]
    let builder = BatchBuilder(Schema(fields))
    func text() -> Value {
      .string(String((0..<Int.random(in: 0...20, using: &random)).map { _ in letters.randomElement(using: &random)! }))
    }
    for _ in 0..<50 {
      builder.append([
        Bool.random(using: &random) ? .null : .integer(Int64.random(in: .min ... .max, using: &random)), text(),
        .integer(Int64.random(in: 0...1_000_000_000_000_000, using: &random)), .double(Double.random(in: -1e9...1e9, using: &random)),
        .row([.list([text(), .null]), .list([.row([text(), .decimal(Int128(Int64.random(in: -10...9_999_999, using: &random)))])])]),
      ])
    }
    let batch = builder.finish()
    let writer = JSONWriter(batch.schema, JSONOptions())
    var text: [UInt8] = []
    for row in 0..<batch.rowCount { try writer.append(batch, row: row, into: &text) }
    let read = try reading(String(decoding: text, as: UTF8.self), "json", fields)
    #expect(read == "\(batch)")
  }

  @Test("JSON is written as Flink writes it")
  func writes() throws {
    let fields = [
      Field("a", .float64), Field("b", .decimal(precision: 10, scale: 8)), Field("t", .timestamp(precision: 3)), Field("x", .bytes),
      Field("n", .string),
    ]
    let builder = BatchBuilder(Schema(fields))
    builder.append([.double(.nan), .decimal(2), .integer(1_709_201_730_120_000), .bytes([1, 2]), .null])
    builder.append([.double(1), .decimal(250_000_000), .integer(1_709_201_730_000_000), .bytes([]), .string("\u{1}\"/")])
    let batch = builder.finish()
    func written(_ options: [String: String]) throws -> String {
      let writer = JSONWriter(batch.schema, try JSONOptions(OptionValues(options), prefix: "json"))
      var text: [UInt8] = []
      for row in 0..<2 { try writer.append(batch, row: row, into: &text) }
      return String(decoding: text, as: UTF8.self)
    }
    #expect(
      try written([:]) == #"""
        {"a":"NaN","b":2E-8,"t":"2024-02-29 10:15:30.12","x":"AQI=","n":null}
        {"a":1.0,"b":2.50000000,"t":"2024-02-29 10:15:30","x":"","n":"\u0001\"/"}

        """#)
    #expect(
      try written([
        "json.encode.decimal-as-plain-number": "true", "json.encode.ignore-null-fields": "true",
        "json.timestamp-format.standard": "ISO-8601",
      ]).hasPrefix(#"{"a":"NaN","b":0.00000002,"t":"2024-02-29T10:15:30.12","x":"AQI="}"#))
  }

  @Test("a map's NULL key fails, is dropped or becomes a literal")
  func nullKeys() throws {
    let schema = Schema([Field("m", .map(key: .string, value: .int32))])
    let builder = BatchBuilder(schema)
    builder.append([.list([.row([.null, .integer(1)]), .row([.string("k"), .integer(2)])])])
    let batch = builder.finish()
    func written(_ mode: String) throws -> String {
      let writer = JSONWriter(schema, try JSONOptions(OptionValues(["json.map-null-key.mode": mode]), prefix: "json"))
      var text: [UInt8] = []
      try writer.append(batch, row: 0, into: &text)
      return String(decoding: text, as: UTF8.self)
    }
    #expect(failure { _ = try written("FAIL") }?.hasPrefix("JSON has no NULL key, but a map has one") == true)
    #expect(try written("DROP") == "{\"m\":{\"k\":2}}\n")
    #expect(try written("LITERAL") == "{\"m\":{\"null\":1,\"k\":2}}\n")
  }

  @Test("Debezium events become changes and changes become events")
  func debezium() throws {
    let fields = [Field("a", .int64), Field("b", .string)]
    let text = """
      {"before":null,"after":{"a":1,"b":"x"},"source":{"ts":1},"op":"c","ts_ms":1}
      {"before":{"a":1,"b":"x"},"after":{"a":1,"b":"y"},"op":"u"}
      {"before":{"a":1,"b":"y"},"after":null,"op":"d"}
      {"after":{"a":2,"b":"\\u0041"},"op":"r"}

      """
    #expect(try reading(text, "debezium-json", fields) == "+I[1, x]\n-U[1, x]\n+U[1, y]\n-D[1, y]\n+I[2, A]")
    #expect(
      try reading(
        "{\"payload\":{\"after\":{\"a\":1},\"op\":\"c\"},\"schema\":{}}\n", "debezium-json", fields,
        ["debezium-json.schema-include": "true"])
        == "+I[1, null]")
    #expect(
      try reading("{\"before\":null,\"after\":{\"a\":1},\"op\":\"u\"}\n", "debezium-json", fields).hasSuffix(
        "field \"before\" is NULL in an event that needs it; a PostgreSQL table has to have REPLICA IDENTITY FULL"))
    let builder = BatchBuilder(Schema(fields))
    builder.append([.integer(1), .string("x")], .insert)
    builder.append([.integer(1), .string("x")], .updateBefore)
    builder.append([.integer(1), .null], .updateAfter)
    builder.append([.integer(1), .null], .delete)
    let batch = builder.finish()
    let writer = DebeziumWriter(batch.schema, JSONOptions())
    var written: [UInt8] = []
    for row in 0..<4 { try writer.append(batch, row: row, into: &written) }
    #expect(
      String(decoding: written, as: UTF8.self) == """
        {"before":null,"after":{"a":1,"b":"x"},"op":"c"}
        {"before":{"a":1,"b":"x"},"after":null,"op":"d"}
        {"before":null,"after":{"a":1,"b":null},"op":"c"}
        {"before":{"a":1,"b":null},"after":null,"op":"d"}

        """)
  }
}
