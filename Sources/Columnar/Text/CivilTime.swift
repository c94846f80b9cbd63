//  The proleptic Gregorian calendar over days and microseconds. Total: any integer gives a date, none traps.
//  Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil and civil_from_days.

/// A date of the proleptic Gregorian calendar.
public struct CivilDate: Hashable, Sendable {
  public var year: Int64
  /// 1 to 12.
  public var month: Int64
  /// 1 to 31.
  public var day: Int64

  @inlinable public init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date that is `days` after 1970-01-01.
  @inlinable public init(days: Int64) {
    let shifted = days &+ 719_468
    let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
    let dayOfEra = shifted &- era &* 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01.
  @inlinable public var days: Int64 {
    let shiftedYear = month <= 2 ? year &- 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear &- 399) / 400
    let yearOfEra = shiftedYear &- era &* 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era &* 146_097 &+ dayOfEra &- 719_468
  }

  @inlinable public static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// Days of the month, 28 to 31.
  @inlinable public static func lengthOfMonth(year: Int64, month: Int64) -> Int64 {
    month == 2 ? (isLeap(year) ? 29 : 28) : (month == 4 || month == 6 || month == 9 || month == 11) ? 30 : 31
  }

  /// Whether month and day exist in the year.
  @inlinable public var isValid: Bool {
    month >= 1 && month <= 12 && day >= 1 && day <= Self.lengthOfMonth(year: year, month: month)
  }

  /// 1 for January 1st.
  @inlinable public var dayOfYear: Int64 { days &- CivilDate(year: year, month: 1, day: 1).days &+ 1 }
}

/// Units of time in microseconds, the resolution of timestamps.
public enum Microseconds {
  public static let perMillisecond: Int64 = 1_000
  public static let perSecond: Int64 = 1_000_000
  public static let perMinute: Int64 = 60_000_000
  public static let perHour: Int64 = 3_600_000_000
  public static let perDay: Int64 = 86_400_000_000
}

/// The quotient rounded down; `divisor` is positive.
@inlinable public func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
  let quotient = dividend / divisor
  return quotient &* divisor > dividend ? quotient &- 1 : quotient
}

/// What `floorDivide` leaves, never negative; `divisor` is positive.
@inlinable public func floorModulo(_ dividend: Int64, _ divisor: Int64) -> Int64 {
  let rest = dividend % divisor
  return rest < 0 ? rest &+ divisor : rest
}
