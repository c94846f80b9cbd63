import Columnar
import TestKit
import Testing

private func written(_ body: (inout [UInt8]) -> Void) -> String {
  var text: [UInt8] = []
  body(&text)
  return String(decoding: text, as: UTF8.self)
}

private func parsed<Result>(_ text: String, _ parse: (UnsafeRawBufferPointer) -> Result) -> Result {
  Array(text.utf8).withUnsafeBytes { parse($0) }
}

@Suite("values as text")
struct FormatTests {
  @Test(
    "a double is printed as Java prints it",
    arguments: [
      (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (1.5, "1.5"), (-2.25, "-2.25"), (100.0, "100.0"), (9_999_999.0, "9999999.0"),
      (1e7, "1.0E7"), (12_345_678.9, "1.23456789E7"), (1e300, "1.0E300"), (0.001, "0.001"), (0.00123, "0.00123"), (0.0009, "9.0E-4"),
      (1.25e-5, "1.25E-5"), (1e16, "1.0E16"), (123_456_789_012_345_680.0, "1.2345678901234568E17"), (0.1, "0.1"),
      (2.2250738585072014e-308, "2.2250738585072014E-308"), (.infinity, "Infinity"), (-.infinity, "-Infinity"), (.nan, "NaN"),
      (1234567.125, "1234567.125"),
    ])
  func doubles(value: Double, text: String) {
    #expect(written { $0.appendDouble(value) } == text)
  }

  @Test(
    "a float is printed as Java prints it",
    arguments: [(1.1 as Float, "1.1"), (1e10, "1.0E10"), (3.4e-4, "3.4E-4"), (16_777_216, "1.6777216E7")])
  func floats(value: Float, text: String) {
    #expect(written { $0.appendFloat(value) } == text)
  }

  @Test(
    "a decimal is printed plainly with its scale",
    arguments: [
      (0 as Int128, 2, "0.00"), (-50, 2, "-0.50"), (12345, 2, "123.45"), (7, 0, "7"), (5, 20, "0.00000000000000000005"),
      (DecimalPower.int128(37) * 9, 10, "9000000000000000000000000000.0000000000"),
      (-123_456_789_012_345_678_901_234_567_890, 5, "-1234567890123456789012345.67890"),
      (1, 38, "0.00000000000000000000000000000000000001"),
      (1_000_000_000_000_000_000, 19, "0.1000000000000000000"),
    ])
  func decimals(unscaled: Int128, scale: Int, text: String) {
    #expect(written { $0.appendDecimal(unscaled, scale: scale) } == text)
  }

  @Test("cells of every type in both styles")
  func cells() {
    let rows = batch(
      """
      flag:boolean b:bytes d:date t:time(3) ts:timestamp(3) ltz:timestamp_ltz(0) im:interval_months it:interval_time a:array<int> m:map<string,boolean> r:row<x:int,y:string>
      true x'01ff' 2024-02-29 45296500 2024-02-29T12:34:00 0 14 93784500000 [1,NULL] {k=true} (7,abc)
      NULL NULL NULL NULL NULL NULL NULL NULL NULL NULL NULL
      """)
    func text(_ row: Int, _ style: TextStyle) -> [String] {
      rows.schema.fields.indices.map { index in
        written { rows.columns[index].appendText(row: row, type: rows.schema[index].type, style: style, into: &$0) }
      }
    }
    #expect(
      text(0, .sql) == [
        "TRUE", "x'01ff'", "2024-02-29", "12:34:56.5", "2024-02-29 12:34:00.000", "1970-01-01 00:00:00", "+1-02", "+1 02:03:04.500",
        "[1, NULL]", "{k=TRUE}", "(7, abc)",
      ])
    #expect(
      text(0, .java) == [
        "true", "[1, -1]", "2024-02-29", "12:34:56.500", "2024-02-29T12:34", "1970-01-01T00:00:00Z", "+1-02", "+1 02:03:04.500",
        "[1, null]", "{k=true}", "+I[7, abc]",
      ])
    #expect(text(1, .sql).allSatisfy { $0 == "NULL" } && text(1, .java).allSatisfy { $0 == "null" })
  }

  @Test("a batch describes itself as the print connector shows it")
  func batches() {
    #expect(batch("key s:string \n 1 a \n -D 2 NULL").description == "+I[1, a]\n-D[2, null]")
  }

  @Test(
    "the fraction of a timestamp has the digits asked for",
    arguments: [
      (0, "1969-12-31 23:59:59"), (3, "1969-12-31 23:59:59.999"), (6, "1969-12-31 23:59:59.999999"), (9, "1969-12-31 23:59:59.999999000"),
    ])
  func fractions(precision: Int, text: String) {
    #expect(written { $0.appendTimestamp(microseconds: -1, precision: precision) } == text)
  }

  @Test("the shortest form of a timestamp leaves trailing zeros out")
  func shortest() {
    #expect(written { $0.appendTimestampShortest(microseconds: 0) } == "1970-01-01 00:00:00")
    #expect(written { $0.appendTimestampShortest(microseconds: 120_000, separator: UInt8(ascii: "T")) } == "1970-01-01T00:00:00.12")
  }

  @Test("no integer is too extreme for a date", arguments: [Int64.min, Int64.max, 0, -1])
  func extremes(value: Int64) {
    #expect(!written { $0.appendTimestamp(microseconds: value, precision: 3) }.isEmpty)
    #expect(!written { $0.appendInterval(microseconds: value) }.isEmpty)
    #expect(!written { $0.appendDate(days: Int64(Int32(truncatingIfNeeded: value))) }.isEmpty)
  }
}

@Suite("values from text")
struct ParseTests {
  @Test(
    "integers, and what is none",
    arguments: [
      ("0", 0 as Int64?), ("-7", -7), ("+7", 7), ("9223372036854775807", .max), ("-9223372036854775808", .min),
      ("9223372036854775808", nil),
      ("-9223372036854775809", nil), ("", nil), ("-", nil), ("1.0", nil), (" 1", nil), ("12a", nil), ("000000000000000000000012", 12),
      ("99999999999999999999999", nil),
    ])
  func integers(text: String, value: Int64?) {
    #expect(parsed(text, parseInt64) == value)
  }

  @Test("every double comes back from its text", arguments: 0..<200 as Range<UInt64>)
  func doubles(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      #expect(parsed(written { $0.appendDouble(value) }, parseDouble) == value)
      let cents = Double(Int.random(in: -1_000_000...1_000_000, using: &random)) / 100
      #expect(parsed(cents.description, parseDouble) == cents)
    }
  }

  @Test(
    "doubles, and what is none",
    arguments: [
      ("1e5", 1e5 as Double?), ("1.5E-3", 1.5e-3), (".5", 0.5), ("5.", 5), ("-0", -0.0), ("1e400", .infinity), ("-Infinity", -.infinity),
      ("123456789012345678901234567890", 1.2345678901234568e29), ("0.1000000000000000055511151231257827", 0.1), ("1e23", 1e23),
      ("inf", nil), ("nan", nil), ("0x10", nil), ("1e", nil), ("", nil), (".", nil), ("1.2.3", nil), ("1 ", nil),
    ])
  func doubleTexts(text: String, value: Double?) {
    #expect(parsed(text, parseDouble) == value)
  }

  @Test(
    "decimals are rounded half up to their scale, and refused when they have too many digits",
    arguments: [
      ("1.005", 10, 2, 101 as Int128?), ("-1.005", 10, 2, -101), ("1.0049", 10, 2, 100), ("99999999.99", 10, 2, 9_999_999_999),
      ("99999999.995", 10, 2, nil), ("1e3", 10, 2, 100_000), ("12e-3", 10, 2, 1), ("0.00000000000000000000000000001", 10, 2, 0),
      ("12345678901234567890123456789.123456789", 38, 9, 12_345_678_901_234_567_890_123_456_789_123_456_789), ("abc", 10, 2, nil),
      ("1e999999999", 10, 2, nil), ("0e999999999", 10, 2, 0), ("123456789012345678901234567890e-20", 20, 2, 123_456_789_012),
    ])
  func decimals(text: String, precision: Int, scale: Int, value: Int128?) {
    #expect(parsed(text) { parseDecimal($0, precision: precision, scale: scale) } == value)
  }

  @Test(
    "dates, times and timestamps, and what is none",
    arguments: [
      ("2024-02-29", 1_709_164_800_000_000 as Int64?), ("2023-02-29", nil), ("2024-2-9", 1_707_436_800_000_000), ("2024-13-01", nil),
      ("1969-12-31 23:59:59.999999", -1), ("1970-01-01T00:00:01", 1_000_000), ("1970-01-01 00:00:00.1234567", 123_456),
      ("1970-01-01 24:00:00", nil), ("1970-01-01 00:60", nil), ("1970-01-01 ", nil), ("1970-01-01 00:00:00.", nil), ("abc", nil), ("", nil),
      ("1970-01-01 00:00:00Z", nil), ("999999999-01-01", nil),
    ])
  func timestamps(text: String, value: Int64?) {
    #expect(parsed(text, parseTimestamp) == value)
  }

  @Test(
    "instants have a zone",
    arguments: [
      ("1970-01-01T01:00:00+01:00", 0 as Int64?), ("1970-01-01T00:00:00Z", 0), ("1970-01-01 00:00:00-0130", 5_400_000_000),
      ("1970-01-01T00:00:00+19:00", nil), ("1970-01-01T00:00:00Zx", nil),
    ])
  func instants(text: String, value: Int64?) {
    #expect(parsed(text, parseInstant) == value)
  }

  @Test("times and dates on their own")
  func timesAndDates() {
    #expect(parsed("12:34:56.5", parseTime) == 45_296_500)
    #expect(parsed("12:34", parseTime) == 45_240_000)
    #expect(parsed("25:00:00", parseTime) == nil)
    #expect(parsed("1970-01-02", parseDate) == 1)
    #expect(parsed("1970-01-02 10:00:00", parseDate) == 1)
    #expect(parsed("1970-01-02x", parseDate) == nil)
  }

  @Test("Flink's words for the truth")
  func booleans() {
    for word in ["true", "TRUE", "t", "Yes", "y", "1"] { #expect(parsed(word, parseBoolean) == true) }
    for word in ["false", "False", "f", "no", "N", "0"] { #expect(parsed(word, parseBoolean) == false) }
    for word in ["", "on", "2", "truee", "\u{11}"] { #expect(parsed(word, parseBoolean) == nil) }
  }

  @Test("civil dates and days are inverse over 800 years, and months have their lengths")
  func calendar() {
    var expected = CivilDate(year: 1600, month: 1, day: 1)
    for days in expected.days..<CivilDate(year: 2400, month: 1, day: 1).days {
      let date = CivilDate(days: days)
      guard date == expected, date.days == days, date.isValid else {
        Issue.record("day \(days) is \(date), expected \(expected)")
        return
      }
      expected.day += 1
      if !expected.isValid { expected = CivilDate(year: expected.year, month: expected.month + 1, day: 1) }
      if !expected.isValid { expected = CivilDate(year: expected.year + 1, month: 1, day: 1) }
    }
  }
}
