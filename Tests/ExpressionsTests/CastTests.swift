import Columnar
import Expressions
import TestKit
import Testing

@Suite("casts")
struct CastTests {
  private func shownCast(_ value: Expression, to type: String, isTry: Bool = false, _ context: EvaluationContext = testContext) throws
    -> String
  {
    try shown(.cast(value, to: dataType(type), isTry: isTry), context)
  }

  @Test(
    "text becomes a value, blanks around it dropped",
    arguments: [
      (" 42 ", "int", "42"), ("-128", "tinyint", "-128"), ("1.9", "bigint", "1"), ("1.5", "double", "1.5"), ("1e3", "float", "1000.0"),
      (" 12.345 ", "decimal(10,2)", "12.35"), ("-0.005", "decimal(10,2)", "-0.01"), ("12", "decimal(2,0)", "12"),
      ("Yes", "boolean", "TRUE"),
      ("f", "boolean", "FALSE"), ("2024-02-29", "date", "2024-02-29"), ("12:34:56.789", "time(3)", "12:34:56.789"),
      ("2024-02-29 12:34:56.789123", "timestamp(3)", "2024-02-29 12:34:56.789"), ("2024-02-29", "timestamp(0)", "2024-02-29 00:00:00"),
      ("abc", "varchar(2)", "ab"), ("größe", "char(7)", "größe  "), ("abc", "char(2)", "ab"),
      ("12345678901234567890", "decimal(38,3)", "12345678901234567890.000"),
    ])
  func fromText(input: String, type: String, result: String) throws {
    #expect(try shownCast(text(input), to: type) == result)
    #expect(try shownCast(text(input), to: type, isTry: true) == result)
  }

  @Test(
    "text that is no such value fails under CAST, naming value and types, and is NULL under TRY_CAST",
    arguments: [
      ("abc", "int"), ("", "int"), ("128", "tinyint"), ("1.x", "bigint"), ("1,5", "double"), ("x", "decimal(10,2)"), ("maybe", "boolean"),
      ("2024-02-30", "date"), ("24:00:00", "time"), ("yesterday", "timestamp(3)"), ("9223372036854775808", "bigint"),
    ])
  func malformedText(input: String, type: String) throws {
    #expect(try shownCast(text(input), to: type, isTry: true) == "NULL")
    #expect(throws: EvaluationError("cannot cast '\(input)' from STRING to \(dataType(type)); TRY_CAST gives NULL for it")) {
      try value(.cast(text(input), to: dataType(type), isTry: false))
    }
  }

  @Test("a long value is cut off in the message")
  func longValue() {
    let long = String(repeating: "x", count: 5000)
    #expect(throws: EvaluationError("cannot cast '\(long.prefix(100))...' from STRING to INT; TRY_CAST gives NULL for it")) {
      try value(.cast(text(long), to: .int32, isTry: false))
    }
  }

  @Test(
    "numbers are narrowed as in Java",
    arguments: [
      (integer(300), "tinyint", "44"), (integer(-32_769), "smallint", "32767"), (integer(4_294_967_297), "int", "1"),
      (integer(0), "boolean", "FALSE"),
      (integer(7), "boolean", "TRUE"), (.literal(.double(1e20), .float64), "bigint", "9223372036854775807"),
      (.literal(.double(-1e20), .float64), "int", "-2147483648"), (.literal(.double(.nan), .float64), "int", "0"),
      (.literal(.double(300.7), .float64), "tinyint", "44"), (.literal(.double(-1.9), .float64), "bigint", "-1"),
      (.literal(.double(9.223372036854776e18), .float64), "bigint", "9223372036854775807"), (decimal("-12.99", 10, 2), "int", "-12"),
      (decimal("99999999999999999999.5", 30, 1), "bigint", "7766279631452241919"), (.literal(.boolean(true), .boolean), "int", "1"),
      (.literal(.boolean(true), .boolean), "decimal(5,2)", "1.00"),
    ])
  func narrowing(number: Expression, type: String, result: String) throws {
    #expect(try shownCast(number, to: type) == result)
  }

  @Test(
    "numbers become decimals and doubles exactly",
    arguments: [
      (integer(5), "decimal(10,2)", "5.00"), (integer(12_345), "decimal(4,0)", "NULL"), (decimal("1.25", 10, 2), "decimal(10,1)", "1.3"),
      (decimal("-1.25", 10, 2), "decimal(10,1)", "-1.3"), (decimal("999.99", 5, 2), "decimal(4,1)", "NULL"),
      (.literal(.double(0.1), .float64), "decimal(20,10)", "0.1000000000"), (.literal(.double(2.675), .float64), "decimal(10,2)", "2.68"),
      (.literal(.double(1e30), .float64), "decimal(10,2)", "NULL"), (decimal("0.1", 10, 1), "double", "0.1"),
      (decimal("12345678901234567890.5", 30, 1), "double", "1.2345678901234567E19"), (decimal("0.1", 10, 1), "float", "0.1"),
      (integer(9_007_199_254_740_993), "double", "9.007199254740992E15"),
    ])
  func exactNumbers(number: Expression, type: String, result: String) throws {
    #expect(try shownCast(number, to: type) == result)
  }

  @Test("NaN is no decimal")
  func nanAsDecimal() throws {
    let nan = Expression.literal(.double(.nan), .float64)
    #expect(try shownCast(nan, to: "decimal(10,2)", isTry: true) == "NULL")
    #expect(throws: EvaluationError("cannot cast 'NaN' from DOUBLE to DECIMAL(10, 2); TRY_CAST gives NULL for it")) {
      try value(.cast(nan, to: dataType("decimal(10,2)"), isTry: false))
    }
  }

  @Test(
    "values become text as Flink writes them",
    arguments: [
      (integer(-7), "-7"), (.literal(.boolean(true), .boolean), "TRUE"), (.literal(.double(1e300), .float64), "1.0E300"),
      (.literal(.float(1.1), .float32), "1.1"), (decimal("1.5", 10, 4), "1.5000"),
      (.literal(.integer(1_500), .time(precision: 3)), "00:00:01.5"),
      (.literal(.integer(1_500_000), .timestamp(precision: 3)), "1970-01-01 00:00:01.500"), (.literal(.integer(-1), .date), "1969-12-31"),
      (.literal(.list([.integer(1), .null]), .array(.int32)), "[1, NULL]"), (.literal(.bytes([104, 105]), .bytes), "hi"),
      (.literal(.row([.integer(1), .string("x")]), .row([Field("a", .int32), Field("b", .string)])), "(1, x)"),
      (.literal(.integer(14), .intervalMonths), "+1-02"),
    ])
  func toText(value: Expression, result: String) throws {
    #expect(try shownCast(value, to: "string") == result)
  }

  @Test("bytes are filled up and cut off")
  func binary() throws {
    #expect(try shownCast(text("abc"), to: "bytes") == "x'616263'")
    #expect(try shownCast(text("abc"), to: "binary(5)") == "x'6162630000'")
    #expect(try shownCast(text("abc"), to: "varbinary(2)") == "x'6162'")
  }

  @Test("times become each other through the session's zone")
  func times() throws {
    let session = EvaluationContext(nowMicroseconds: 0, timeZone: newYork)
    let instant = Expression.literal(.integer(1_373_000_000_123_456), .timestampLTZ(precision: 6))
    #expect(try shownCast(instant, to: "timestamp(3)", isTry: false, session) == "2013-07-05 00:53:20.123")
    #expect(try shownCast(instant, to: "date", isTry: false, session) == "2013-07-05")
    #expect(try shownCast(instant, to: "time(0)", isTry: false, session) == "00:53:20")
    #expect(try shownCast(instant, to: "string", isTry: false, session) == "2013-07-05 00:53:20.123456")
    let local = Expression.cast(text("2013-07-05 00:53:20"), to: .timestampLTZ(precision: 0), isTry: false)
    #expect(try value(local, session) == .integer(1_373_000_000_000_000))
    #expect(
      try value(.cast(.literal(.integer(0), .date), to: .timestampLTZ(precision: 0), isTry: false), session) == .integer(18_000_000_000))
    let moment = Expression.literal(.integer(86_399_999_999), .timestamp(precision: 6))
    #expect(try shownCast(moment, to: "date") == "1970-01-01")
    #expect(try shownCast(moment, to: "time(3)") == "23:59:59.999")
    #expect(try shownCast(.literal(.integer(-1), .timestamp(precision: 6)), to: "timestamp(3)") == "1969-12-31 23:59:59.999")
    #expect(try shownCast(.literal(.integer(1), .date), to: "timestamp(3)") == "1970-01-02 00:00:00.000")
  }

  @Test("arrays, maps and rows are cast element by element, NULL stays NULL")
  func nested() throws {
    #expect(try shownCast(.literal(.list([.string("1"), .null]), .array(.string)), to: "array<int>") == "[1, NULL]")
    #expect(try shownCast(.literal(.list([.string("x"), .string("2")]), .array(.string)), to: "array<int>", isTry: true) == "NULL")
    #expect(
      try shownCast(.literal(.list([.row([.integer(1), .integer(2)])]), .map(key: .int32, value: .int64)), to: "map<string,double>")
        == "{1=2.0}")
    #expect(
      try shownCast(.literal(.row([.integer(1), .null]), .row([Field("a", .int32), Field("b", .int32)])), to: "row<a:string,b:double>")
        == "(1, NULL)")
    for field in everyType.fields where field.type != .null {
      #expect(try value(.cast(null(field.type), to: .string, isTry: false)) == .null)
      #expect(try value(.cast(null(.null), to: field.type, isTry: false)) == .null)
    }
  }

  @Test("a cast to text and back gives the same value", arguments: 0..<20 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let shape = schema(
      "a:tinyint b:smallint c:int d:bigint e:float f:double g:decimal(18,4) h:decimal(38,9) i:boolean j:date k:time(3) l:timestamp(6)")
    let rows = randomBatch(shape, rowCount: 40, nullEvery: 5, using: &random)
    for (index, field) in shape.fields.enumerated() {
      let column = Expression.column(index, field.type)
      let back = Expression.cast(.cast(column, to: .string, isTry: false), to: field.type, isTry: false)
      #expect(try values(back, rows) == values(column, rows), "\(field.type)")
    }
  }
}
