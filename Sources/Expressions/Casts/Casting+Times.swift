//  Casts to dates, times and timestamps. TIMESTAMP_LTZ is read and made through the session's time zone.

import Columnar

extension Casting {
  func toTime() throws(EvaluationError) -> Datum {
    let zone = context.timeZone
    if source.isCharacter {
      switch target {
      case .date: return try parse(Int32.self, parseWholeDate)
      case .time(let precision):
        return try parse(Int32.self) { parseWholeTime($0).map { truncate(milliseconds: $0, precision: precision) } }
      case .timestamp(let precision):
        return try parse(Int64.self, isTrimmed: false) { parseWholeTimestamp($0).map { truncate(microseconds: $0, precision: precision) } }
      case .timestampLTZ(let precision):
        return try parse(Int64.self, isTrimmed: false) {
          parseWholeTimestamp($0).map { zone.utc(fromLocal: truncate(microseconds: $0, precision: precision)) }
        }
      default: throw unsupported
      }
    }
    switch (source, target) {
    case (.date, .timestamp): return arguments.result(map(arguments.vector(0, Int32.self)) { Int64($0) &* Microseconds.perDay })
    case (.date, .timestampLTZ):
      return arguments.result(map(arguments.vector(0, Int32.self)) { zone.utc(fromLocal: Int64($0) &* Microseconds.perDay) })
    case (.time, .timestamp): return arguments.result(map(arguments.vector(0, Int32.self)) { Int64($0) &* Microseconds.perMillisecond })
    case (.time, .timestampLTZ):
      return arguments.result(map(arguments.vector(0, Int32.self)) { zone.utc(fromLocal: Int64($0) &* Microseconds.perMillisecond) })
    case (.time(let from), .time(let precision)):
      if precision >= from { return arguments[0] }
      return arguments.result(map(arguments.vector(0, Int32.self)) { truncate(milliseconds: $0, precision: precision) })
    case (.timestamp(let from), .timestamp(let precision)), (.timestampLTZ(let from), .timestampLTZ(let precision)):
      if precision >= min(from, 6) { return arguments[0] }
      return arguments.result(map(arguments.vector(0, Int64.self)) { truncate(microseconds: $0, precision: precision) })
    case (.timestamp, .timestampLTZ(let precision)):
      return arguments.result(
        map(arguments.vector(0, Int64.self)) { zone.utc(fromLocal: truncate(microseconds: $0, precision: precision)) })
    case (.timestampLTZ, .timestamp(let precision)):
      return arguments.result(
        map(arguments.vector(0, Int64.self)) { truncate(microseconds: zone.local(fromUTC: $0), precision: precision) })
    case (.timestamp, .date): return arguments.result(map(arguments.vector(0, Int64.self)) { day($0) })
    case (.timestampLTZ, .date): return arguments.result(map(arguments.vector(0, Int64.self)) { day(zone.local(fromUTC: $0)) })
    case (.timestamp, .time(let precision)):
      return arguments.result(map(arguments.vector(0, Int64.self)) { truncate(milliseconds: timeOfDay($0), precision: precision) })
    case (.timestampLTZ, .time(let precision)):
      return arguments.result(
        map(arguments.vector(0, Int64.self)) { truncate(milliseconds: timeOfDay(zone.local(fromUTC: $0)), precision: precision) })
    default: throw unsupported
    }
  }

  private func day(_ microseconds: Int64) -> Int32 { Int32(truncatingIfNeeded: floorDivide(microseconds, Microseconds.perDay)) }

  private func timeOfDay(_ microseconds: Int64) -> Int32 {
    Int32(floorModulo(microseconds, Microseconds.perDay) / Microseconds.perMillisecond)
  }
}

/// The time without the digits of its fraction beyond `precision`.
func truncate(microseconds: Int64, precision: Int) -> Int64 {
  precision >= 6 ? microseconds : microseconds &- floorModulo(microseconds, DecimalPower.int64(6 - precision))
}

func truncate(milliseconds: Int32, precision: Int) -> Int32 {
  precision >= 3 ? milliseconds : milliseconds &- Int32(floorModulo(Int64(milliseconds), DecimalPower.int64(3 - precision)))
}

/// A timestamp as Flink casts it: the date in full, from the year 1 to 9999; the time behind a blank and with its seconds; no other
/// blanks. Of the days that some months lack the last of the month is taken, and 24:00:00 is the next day.
func parseWholeTimestamp(_ bytes: UnsafeRawBufferPointer) -> Int64? {
  guard bytes.count(where: { $0 == UInt8(ascii: "-") }) >= 2, !bytes.contains(UInt8(ascii: "T")) else { return nil }
  guard bytes.firstIndex(of: UInt8(ascii: "-")) == 4, bytes[..<4].contains(where: { $0 != UInt8(ascii: "0") }) else { return nil }
  let hasTime = bytes.contains(UInt8(ascii: " "))
  if hasTime, bytes.count(where: { $0 == UInt8(ascii: ":") }) != 2 { return nil }
  let whole = hasTime ? withoutPoint(bytes) : bytes
  return parseTimestamp(whole) ?? parseSmartly(whole)
}

private func parseSmartly(_ bytes: UnsafeRawBufferPointer) -> Int64? {
  let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
  let numbers = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
  guard numbers.count == 3, let year = numbers[0], let month = numbers[1], let day = numbers[2], 1...12 ~= month, 1...31 ~= day else {
    return nil
  }
  var date = CivilDate(year: year, month: month, day: day)
  while !date.isValid { date.day -= 1 }
  let time = parts.count > 1 ? Array(parts[1].utf8) : []
  let isEndOfDay = time.starts(with: "24:00:00".utf8) && time.dropFirst(8).allSatisfy { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "0") }
  guard time.isEmpty || isEndOfDay else {
    return time.withUnsafeBytes { parseTime($0) }.map { date.days * Microseconds.perDay + Int64($0) * Microseconds.perMillisecond }
  }
  return (date.days + (isEndOfDay ? 1 : 0)) * Microseconds.perDay
}

/// A date as Flink casts it: what stands behind a blank does not matter, and the year has at most four digits.
func parseWholeDate(_ bytes: UnsafeRawBufferPointer) -> Int32? {
  let end = bytes.firstIndex(of: UInt8(ascii: " ")) ?? bytes.count
  guard (bytes.firstIndex(of: UInt8(ascii: "-")) ?? bytes.count) <= 4, !bytes[..<end].contains(UInt8(ascii: "T")) else { return nil }
  return parseDate(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
}

/// A date, or a timestamp with its seconds, as the classes of java.sql read them: days and hours count on, the 30th of February is in March.
func parseLeniently(_ bytes: UnsafeRawBufferPointer) -> Int64? {
  let parts = bytes.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
  func numbers(_ text: UnsafeRawBufferPointer.SubSequence, _ separator: UInt8) -> [Int64]? {
    let numbers = text.split(separator: separator, omittingEmptySubsequences: false).map { part in
      1...9 ~= part.count && part.allSatisfy { $0 &- 48 <= 9 } ? parseInt64(UnsafeRawBufferPointer(rebasing: part)) : nil
    }
    let known = numbers.compactMap { $0 }
    return numbers.count == 3 && known.count == 3 ? known : nil
  }
  guard let first = parts.first, first.firstIndex(of: UInt8(ascii: "-")) == first.startIndex + 4,
    let date = numbers(first, UInt8(ascii: "-")), 1...12 ~= date[1], 1...31 ~= date[2]
  else { return nil }
  let midnight = (CivilDate(year: date[0], month: date[1], day: 1).days + date[2] - 1) * Microseconds.perDay
  guard parts.count > 1 else { return midnight }
  let pieces = parts[1].split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
  guard let clock = numbers(pieces[0], UInt8(ascii: ":")) else { return nil }
  var fraction: Int64 = 0
  if pieces.count > 1 {
    guard 1...9 ~= pieces[1].count, let digits = parseInt64(UnsafeRawBufferPointer(rebasing: pieces[1])), digits >= 0 else { return nil }
    fraction = digits * DecimalPower.int64(9 - pieces[1].count) / 1_000
  }
  return midnight + ((clock[0] * 60 + clock[1]) * 60 + clock[2]) * Microseconds.perSecond + fraction
}

/// A time as Flink casts it: the hour may stand alone, and the point without a fraction.
private func parseWholeTime(_ bytes: UnsafeRawBufferPointer) -> Int32? {
  if 1...2 ~= bytes.count { return (Array(bytes) + Array(":00".utf8)).withUnsafeBytes { parseTime($0) } }
  return parseTime(withoutPoint(bytes))
}

/// Without a point at the end.
private func withoutPoint(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
  bytes.last == UInt8(ascii: ".") ? UnsafeRawBufferPointer(rebasing: bytes.dropLast()) : bytes
}
