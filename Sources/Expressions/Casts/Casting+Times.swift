//  Casts to dates, times and timestamps. TIMESTAMP_LTZ is read and made through the session's time zone.

import Columnar

extension Casting {
  func toTime() throws(EvaluationError) -> Datum {
    let zone = context.timeZone
    if source.isCharacter {
      switch target {
      case .date: return try parse(Int32.self, parseDate)
      case .time(let precision): return try parse(Int32.self) { parseTime($0).map { truncate(milliseconds: $0, precision: precision) } }
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

/// A timestamp as Flink casts it: the date in full, the time behind a blank and with its seconds; no other blanks.
func parseWholeTimestamp(_ bytes: UnsafeRawBufferPointer) -> Int64? {
  guard bytes.count(where: { $0 == UInt8(ascii: "-") }) >= 2, !bytes.contains(UInt8(ascii: "T")) else { return nil }
  if bytes.contains(UInt8(ascii: " ")), bytes.count(where: { $0 == UInt8(ascii: ":") }) != 2 { return nil }
  return parseTimestamp(bytes)
}
