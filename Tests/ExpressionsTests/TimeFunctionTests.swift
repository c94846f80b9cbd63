import Columnar
import Expressions
import TestKit
import Testing

/// New York's clock around the changes of 2013.
let newYork = TimeZoneRules(
  name: "America/New_York", initialOffset: -5 * 3600,
  transitions: [.init(at: 1_362_898_800, offset: -4 * 3600), .init(at: 1_383_458_400, offset: -5 * 3600)])

@Suite("time functions")
struct TimeFunctionTests {
  private func time(_ text: String, precision: Int = 3) -> Expression {
    .literal(.integer(Array(text.utf8).withUnsafeBytes { parseTimestamp($0) }!), .timestamp(precision: precision))
  }

  @Test(
    "fields of a timestamp",
    arguments: [
      (ScalarFunction.extractYear, "2024"), (.extractQuarter, "4"), (.extractMonth, "12"), (.extractWeek, "1"), (.extractDay, "30"),
      (.extractDayOfYear, "365"), (.extractDayOfWeek, "2"), (.extractHour, "13"), (.extractMinute, "45"), (.extractSecond, "59"),
      (.extractMillisecond, "123"), (.extractEpoch, "1735566359"),
    ])
  func fields(function: ScalarFunction, result: String) throws {
    #expect(try shown(call(function, time("2024-12-30 13:45:59.123"), type: .int64)) == result)
  }

  @Test(
    "FLOOR and CEIL to a unit",
    arguments: [
      (ScalarFunction.floorToYear, "2024-01-01 00:00:00.000"), (.floorToQuarter, "2024-04-01 00:00:00.000"),
      (.floorToMonth, "2024-05-01 00:00:00.000"), (.floorToWeek, "2024-05-12 00:00:00.000"), (.floorToDay, "2024-05-17 00:00:00.000"),
      (.floorToHour, "2024-05-17 23:00:00.000"), (.floorToMinute, "2024-05-17 23:45:00.000"), (.floorToSecond, "2024-05-17 23:45:59.000"),
      (.ceilToYear, "2025-01-01 00:00:00.000"), (.ceilToQuarter, "2024-07-01 00:00:00.000"), (.ceilToMonth, "2024-06-01 00:00:00.000"),
      (.ceilToWeek, "2024-05-19 00:00:00.000"), (.ceilToDay, "2024-05-18 00:00:00.000"), (.ceilToHour, "2024-05-18 00:00:00.000"),
      (.ceilToMinute, "2024-05-17 23:46:00.000"), (.ceilToSecond, "2024-05-17 23:46:00.000"),
    ])
  func rounding(function: ScalarFunction, result: String) throws {
    #expect(try shown(call(function, time("2024-05-17 23:45:59.001"), type: .timestamp(precision: 3))) == result)
    let floor = time(result)
    #expect(try shown(call(function, floor, type: .timestamp(precision: 3))) == result || !result.hasSuffix("00:00:00.000"))
  }

  @Test("months are added with the day clamped, and counted when they have passed in full")
  func months() throws {
    func plus(_ text: String, _ months: Int64) throws -> String {
      try shown(call(.addMonths, time(text, precision: 0), .literal(.integer(months), .intervalMonths), type: .timestamp(precision: 0)))
    }
    #expect(try plus("2024-01-31 10:00:00", 1) == "2024-02-29 10:00:00")
    #expect(try plus("2024-01-31 10:00:00", -2) == "2023-11-30 10:00:00")
    #expect(try plus("2024-12-31 00:00:00", 12) == "2025-12-31 00:00:00")
    func between(_ start: String, _ end: String) throws -> String {
      try shown(call(.timestampDiffMonths, time(start), time(end), type: .int64))
    }
    #expect(try between("2024-01-15 12:00:00", "2024-03-15 12:00:00") == "2")
    #expect(try between("2024-01-15 12:00:00", "2024-03-15 11:59:59") == "1")
    #expect(try between("2024-03-15 11:59:59", "2024-01-15 12:00:00") == "-1")
    #expect(try between("2024-03-15 12:00:00", "2024-03-20 12:00:00") == "0")
    #expect(try shown(call(.timestampDiffMicros, time("2024-01-01"), time("2024-01-02"), type: .int64)) == "86400000000")
  }

  @Test(
    "DATE_FORMAT writes and TO_TIMESTAMP reads by Java's patterns",
    arguments: [
      ("yyyy-MM-dd HH:mm:ss.SSS", "2024-02-09 03:04:05.670"), ("yyyyMMddHHmmss", "20240209030405"), ("d/M/yy", "9/2/24"),
      ("EEE, d MMM yyyy h:mm a", "Fri, 9 Feb 2024 3:04 AM"), ("EEEE MMMM dd, y", "Friday February 09, 2024"),
      ("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", "2024-02-09T03:04:05.670000Z"), ("'it''s' D HH", "it's 40 03"),
    ])
  func patterns(pattern: String, written: String) throws {
    let moment = time("2024-02-09 03:04:05.67")
    #expect(try shown(call(.dateFormat, moment, text(pattern), type: .string)) == written)
    // What the pattern holds is read back.
    let read = call(.toTimestamp, text(written), text(pattern), type: .timestamp(precision: 3))
    if pattern.contains("y") { #expect(try shown(call(.dateFormat, read, text(pattern), type: .string)) == written) }
  }

  @Test(
    "DATE_FORMAT of a column gives each row its own text, whatever unit the pattern ends with",
    arguments: [
      ("yyyy-MM-dd", ["2024-02-09", "2024-02-09", "2024-02-10", "1969-12-31", "2024-02-09"]),
      ("HH 'h'", ["03 h", "23 h", "00 h", "23 h", "03 h"]), ("HH:mm", ["03:04", "23:59", "00:00", "23:59", "03:04"]),
      ("mm:ss", ["04:05", "59:59", "00:00", "59:59", "04:06"]), ("S", ["6", "9", "0", "9", "0"]), ("'x'", ["x", "x", "x", "x", "x"]),
    ])
  func columnsOfTimes(pattern: String, written: [String]) throws {
    let times = [
      "2024-02-09 03:04:05.67", "2024-02-09 23:59:59.999", "2024-02-10 00:00:00", "1969-12-31 23:59:59.9", "2024-02-09 03:04:06",
    ]
    let builder = BatchBuilder(Schema([Field("t", .timestamp(precision: 3))]))
    for text in times { builder.append([.integer(Array(text.utf8).withUnsafeBytes { parseTimestamp($0) }!)]) }
    let column = Expression.column(0, .timestamp(precision: 3))
    #expect(try values(call(.dateFormat, column, text(pattern), type: .string), builder.finish()) == written.map { .string($0) })
  }

  @Test("a pattern that is not supported is an error that names the letter")
  func badPattern() {
    #expect(throws: EvaluationError("the date format 'yyyy VV' has 'V', which needs a time zone")) {
      try CompiledExpression(call(.dateFormat, time("2024-01-01"), text("yyyy VV"), type: .string))
    }
    #expect(throws: EvaluationError.self) { try CompiledExpression(call(.dateFormat, time("2024-01-01"), text("yyyy 'x"), type: .string)) }
  }

  @Test(
    "text that is no time is NULL",
    arguments: ["2024-13-01 00:00:00", "abc", "", "2024-02-32 10:00:00", "2024-01-01 10:00:00 x"])
  func noTime(input: String) throws {
    #expect(try shown(call(.toTimestamp, text(input), type: .timestamp(precision: 3))) == "NULL")
    #expect(try shown(call(.toTimestamp, text(input), text("yyyy-MM-dd HH:mm:ss"), type: .timestamp(precision: 3))) == "NULL")
  }

  @Test(
    "fields of Unix times count on, and what stands behind them is not looked at",
    arguments: [
      ("2024-13-01 00:00:00", 1_735_689_600), ("2024-02-32 10:00:00", 1_709_460_000), ("2024-01-01 25:00:00", 1_704_157_200),
      ("2024-01-01 10:00:00 x", 1_704_103_200), ("abc", Int64.min), ("", .min), ("2024-01-01", .min),
    ])
  func lenientSeconds(input: String, seconds: Int64) throws {
    #expect(try shown(call(.unixTimestamp, text(input), type: .int64)) == "\(seconds)")
  }

  @Test("TO_TIMESTAMP and TO_DATE without a pattern")
  func defaults() throws {
    #expect(try shown(call(.toTimestamp, text("2024-01-01 10:00:00.1239"), type: .timestamp(precision: 3))) == "2024-01-01 10:00:00.123")
    #expect(try shown(call(.toTimestamp, text("2024-01-01"), type: .timestamp(precision: 3))) == "2024-01-01 00:00:00.000")
    #expect(try shown(call(.toDate, text("2024-01-31"), type: .date)) == "2024-01-31")
    #expect(try shown(call(.toDate, text("31.01.2024"), text("dd.MM.yyyy"), type: .date)) == "2024-01-31")
    #expect(
      try shown(call(.toTimestampLTZ, integer(1_700_000_000), int(0), type: .timestampLTZ(precision: 3))) == "2023-11-14 22:13:20.000")
    #expect(
      try shown(call(.toTimestampLTZ, integer(1_700_000_000_123), int(3), type: .timestampLTZ(precision: 3))) == "2023-11-14 22:13:20.123")
  }

  @Test("the current time is that of the context, and the session's zone shows it")
  func context() throws {
    let session = EvaluationContext(nowMicroseconds: 1_373_000_000_123_456, timeZone: newYork)
    let now = call(.now, type: .timestampLTZ(precision: 3))
    #expect(try value(now, session) == .integer(1_373_000_000_123_000))
    #expect(try value(.cast(now, to: .string, isTry: false), session) == .string("2013-07-05 00:53:20.123"))
    #expect(try value(call(.extractHour, now, type: .int64), session) == .integer(0))
    #expect(try value(call(.dateFormat, now, text("yyyy-MM-dd HH:mm"), type: .string), session) == .string("2013-07-05 00:53"))
    #expect(try value(call(.floorToDay, now, type: .timestampLTZ(precision: 3)), session) == .integer(1_372_996_800_000_000))
    #expect(try shown(call(.fromUnixtime, integer(1_373_000_000), type: .string), session) == "2013-07-05 00:53:20")
    #expect(try shown(call(.fromUnixtime, integer(1_373_000_000), text("HH"), type: .string), session) == "00")
    #expect(try value(call(.unixTimestamp, type: .int64), session) == .integer(1_373_000_000))
    #expect(try shown(call(.unixTimestamp, text("2013-07-05 00:53:20"), type: .int64), session) == "1373000000")
  }
}

@Suite("time zones")
struct TimeZoneTests {
  @Test("a clock that is put forward skips an hour, one that is put back repeats one")
  func transitions() {
    func local(_ text: String) -> Int64 { Array(text.utf8).withUnsafeBytes { parseTimestamp($0) }! }
    #expect(newYork.local(fromUTC: local("2013-03-10 06:59:59")) == local("2013-03-10 01:59:59"))
    #expect(newYork.local(fromUTC: local("2013-03-10 07:00:00")) == local("2013-03-10 03:00:00"))
    // 02:30 does not exist: it is read an hour later.
    #expect(newYork.utc(fromLocal: local("2013-03-10 02:30:00")) == local("2013-03-10 07:30:00"))
    // 01:30 exists twice: the first is meant.
    #expect(newYork.utc(fromLocal: local("2013-11-03 01:30:00")) == local("2013-11-03 05:30:00"))
    #expect(newYork.utc(fromLocal: local("2013-11-03 02:00:00")) == local("2013-11-03 07:00:00"))
  }

  @Test("local time and back is the same moment, but for the repeated hour", arguments: 0..<20 as Range<UInt64>)
  func roundTrip(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let moment = Int64.random(in: 1_300_000_000...1_400_000_000, using: &random) * 1_000_000
      let back = newYork.utc(fromLocal: newYork.local(fromUTC: moment))
      #expect(back == moment || (moment - back == 3_600_000_000 && abs(moment / 1_000_000 - 1_383_458_400) <= 3600))
    }
  }

  @Test(
    "where clocks are set back the earliest time to come is the one that they are set to; where they skip a time, it comes at the change")
  func localTimesToCome() {
    let hour: Int64 = 3_600_000_000
    let back: Int64 = 1_383_458_400_000_000
    let forward: Int64 = 1_362_898_800_000_000
    // 01:30 for the first time, when 01:00 is yet to come again.
    #expect(newYork.earliestLocal(from: back - hour / 2) == back - 5 * hour)
    #expect(newYork.earliestLocal(from: back - 2 * hour) == back - 6 * hour)
    #expect(newYork.earliestLocal(from: back + hour / 2) == back - 5 * hour + hour / 2)
    #expect(newYork.earliestLocal(from: forward - 1) == forward - 5 * hour - 1)
    #expect(newYork.earliestLocal(from: forward) == forward - 4 * hour)
    #expect(newYork.lastUTC(fromLocal: back - 5 * hour + hour / 2) == back + hour / 2)
    #expect(newYork.lastUTC(fromLocal: back - 5 * hour - hour / 2) == back - hour - hour / 2)
    #expect(newYork.lastUTC(fromLocal: forward - 4 * hour - hour / 2) == forward)
    #expect(newYork.lastUTC(fromLocal: forward - 4 * hour + 1) == forward + 1)
    #expect(TimeZoneRules.utc.earliestLocal(from: 7) == 7)
    #expect(TimeZoneRules.utc.lastUTC(fromLocal: 7) == 7)
  }

  @Test(
    "fixed offsets by name",
    arguments: [
      ("UTC", 0 as Int32?), ("Z", 0), ("+08:00", 28_800), ("GMT-3", -10_800), ("UTC+05:30", 19_800), ("Europe/Berlin", nil),
      ("+19:00", nil), ("", nil), ("+", nil), ("+1:xx", nil),
    ])
  func fixedOffsets(name: String, offset: Int32?) {
    #expect(TimeZoneRules(fixed: name)?.initialOffset == offset)
  }
}
