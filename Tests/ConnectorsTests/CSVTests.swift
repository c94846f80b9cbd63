import Columnar
import Dataflow
import TestKit
import Testing

@testable import Connectors

@Suite struct CSVTests {
  private let fields = [Field("a", .int64), Field("b", .string), Field("c", .float64)]

  @Test("a line is a row, whatever ends it")
  func lines() throws {
    #expect(try reading("1,x,1.5\n2,y,2\n", "csv", fields) == "+I[1, x, 1.5]\n+I[2, y, 2.0]")
    #expect(try reading("1,x,1.5\r\n2,y,2\r\n", "csv", fields) == "+I[1, x, 1.5]\n+I[2, y, 2.0]")
    #expect(try reading("1,x,1.5\n2,y,2", "csv", fields) == "+I[1, x, 1.5]\n+I[2, y, 2.0]")
    #expect(try reading("\u{FEFF}1,x,1.5\n\n2,y,2\n\n", "csv", fields) == "+I[1, x, 1.5]\n+I[2, y, 2.0]")
    #expect(try reading("", "csv", fields) == "")
  }

  @Test("a quoted field may hold delimiters, quotes and newlines")
  func quotes() throws {
    #expect(
      try reading("1,\"x,y\",1\n2,\"say \"\"hi\"\"\",2\n3,\"two\nlines\",3\n", "csv", fields)
        == "+I[1, x,y, 1.0]\n+I[2, say \"hi\", 2.0]\n+I[3, two\nlines, 3.0]")
    #expect(try reading("1,x\"y,1\n", "csv", fields) == "+I[1, x\"y, 1.0]")
    #expect(try reading("1,'x,y',1\n", "csv", fields, ["csv.quote-character": "'"]) == "+I[1, x,y, 1.0]")
    #expect(try reading("1,\"x,1\n", "csv", fields, ["csv.disable-quote-character": "true"]) == "+I[1, \"x, 1.0]")
  }

  @Test("empty fields are NULL, but for text")
  func empty() throws {
    #expect(try reading(",,\n", "csv", fields) == "+I[null, , null]")
    #expect(try reading("NA,NA,NA\n1,x,2\n", "csv", fields, ["csv.null-literal": "NA"]) == "+I[null, null, null]\n+I[1, x, 2.0]")
    #expect(try reading(" 7 , x ,\t2\n", "csv", fields) == "+I[7,  x , 2.0]")
  }

  @Test("other delimiters, escapes, comments and headers are as the options say")
  func options() throws {
    #expect(try reading("1;x;2\n", "csv", fields, ["csv.field-delimiter": ";"]) == "+I[1, x, 2.0]")
    #expect(try reading("1\tx\t2\n", "csv", fields, ["csv.field-delimiter": "\\t"]) == "+I[1, x, 2.0]")
    #expect(try reading("1,x\\,y,2\n", "csv", fields, ["csv.escape-character": "\\"]) == "+I[1, x,y, 2.0]")
    #expect(try reading("#no\n1,x,2\n", "csv", fields, ["csv.allow-comments": "true"]) == "+I[1, x, 2.0]")
    #expect(try reading("a,b,c\n1,x,2\n", "csv", fields, ["csv.header": "true"]) == "+I[1, x, 2.0]")
    #expect(try reading("a,b,c", "csv", fields, ["csv.header": "true"]) == "")
  }

  @Test("values of every type are read")
  func types() throws {
    let fields = [
      Field("a", .boolean), Field("b", .int8), Field("c", .decimal(precision: 5, scale: 2)), Field("d", .date),
      Field("e", .time(precision: 0)),
      Field("f", .timestamp(precision: 3)), Field("g", .timestampLTZ(precision: 3)), Field("h", .array(.int32)),
      Field("i", .row([Field("x", .int32), Field("y", .string)])), Field("j", .bytes), Field("k", .float32),
    ]
    #expect(
      try reading("true,-5,1.005,2024-02-29,10:15:30,2024-02-29 10:15:30.123,2024-02-29T10:15:30.5Z,1;2;3,4;z,AQL/,1.25\n", "csv", fields)
        == "+I[true, -5, 1.01, 2024-02-29, 10:15:30, 2024-02-29T10:15:30.123, 2024-02-29T10:15:30.500Z, [1, 2, 3], +I[4, z], [1, 2, -1], 1.25]"
    )
  }

  @Test(
    "integers of every length up to their range are read, and no others",
    arguments: [
      ("0", "0"), ("12345678", "12345678"), ("123456789", "123456789"), ("1234567890123456", "1234567890123456"),
      ("12345678901234567", "12345678901234567"), ("9223372036854775807", "9223372036854775807"),
      ("-9223372036854775808", "-9223372036854775808"),
      ("9223372036854775808", nil), ("-", nil), ("+5", "5"), ("1x", nil), ("12345678x", nil), ("1 2", nil), ("1.5", nil),
    ] as [(String, String?)])
  func integers(text: String, expected: String?) throws {
    let result = try reading("\(text)\n", "csv", [Field("a", .int64)])
    #expect(
      result == expected.map { "+I[\($0)]" } ?? "could not read \"/f\": field \"a\" of the record at byte 0 is \"\(text)\", expected BIGINT"
    )
  }

  @Test("a bad record fails the job with file, byte and field")
  func errors() throws {
    #expect(
      try reading("1,x,2\nz,x,2\n", "csv", fields) == #"could not read "/f": field "a" of the record at byte 6 is "z", expected BIGINT"#)
    #expect(
      try reading("1,x,2\n1,x\n", "csv", fields)
        == #"could not read "/f": the record at byte 6 is not csv: the record has 2 fields, expected 3"#)
    #expect(
      try reading("1,x,2,3\n", "csv", fields)
        == #"could not read "/f": the record at byte 0 is not csv: the record has 4 fields, expected 3"#)
    #expect(
      try reading("1,\"x,2\n", "csv", fields)
        == #"could not read "/f": the record at byte 0 is not csv: a quoted field has no closing quote"#)
    #expect(
      try reading("1,\"x\"y,2\n", "csv", fields)
        == #"could not read "/f": the record at byte 0 is not csv: field 2 goes on after its closing quote"#)
    #expect(
      try reading("300\n", "csv", [Field("a", .int8)])
        == #"could not read "/f": field "a" of the record at byte 0 is "300", expected TINYINT"#)
  }

  @Test("with ignore-parse-errors bad fields are NULL, bad rows are left out, and both are counted")
  func ignoring() throws {
    #expect(
      try reading("1,x,2\nz,x,2\n1,x\n1,x,2,3\n5,y,6\n", "csv", fields, ["csv.ignore-parse-errors": "true"])
        == "+I[1, x, 2.0]\n+I[null, x, 2.0]\n+I[1, x, null]\n+I[5, y, 6.0]\nskipped 3")
  }

  @Test("one delimiter at the end of a line is no field")
  func trailingDelimiter() throws {
    #expect(try reading("1,x,2,\n", "csv", fields) == "+I[1, x, 2.0]")
  }

  @Test("only the projected columns are read")
  func projection() throws {
    #expect(try reading("z,x,2\n", "csv", fields, projection: [2, 1]) == "+I[2.0, x]")
  }

  @Test("a record longer than the limit is an error that names the limit")
  func longRecords() throws {
    let long = String(repeating: "y", count: 200_000)
    #expect(try reading("1,\(long),2\n", "csv", fields) == "+I[1, \(long), 2.0]")
    #expect(
      try reading("1,x,2\n1,\(long)\(long)\(long),2\n", "csv", fields, ["source.record.max-size": "100 kb"]).hasSuffix(
        #"the record at byte 6 is longer than 102400 bytes, the limit that "source.record.max-size" sets"#))
  }

  @Test("embedded NULs and bytes beyond ASCII are kept")
  func odd() throws {
    #expect(try reading("1,a\0b,2\n2,größe,3\n", "csv", fields) == "+I[1, a\0b, 2.0]\n+I[2, größe, 3.0]")
  }

  @Test("what is written is read back", arguments: 0..<20 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let letters = Array("ab,\"\n\r;# \t\\'0é")
    let fields = [Field("a", .int64), Field("b", .string), Field("t", .timestamp(precision: 3)), Field("d", .double)]
    let builder = BatchBuilder(Schema(fields))
    for _ in 0..<50 {
      let text = String((0..<Int.random(in: 1...30, using: &random)).map { _ in letters.randomElement(using: &random)! })
      builder.append([
        Bool.random(using: &random) ? .null : .integer(Int64.random(in: .min ... .max, using: &random)), .string(text),
        .integer(Int64.random(in: 0...1_000_000_000, using: &random) * 1000), .double(Double.random(in: -1e9...1e9, using: &random)),
      ])
    }
    let batch = builder.finish()
    let writer = try CSVWriter(batch.schema, CSVOptions())
    var text: [UInt8] = []
    for row in 0..<batch.rowCount { try writer.append(batch, row: row, into: &text) }
    let read = try reading(String(decoding: text, as: UTF8.self), "csv", fields)
    #expect(read == "\(batch)")
  }
}

extension DataType {
  static let double = DataType.float64
}
