//  Dates, times and intervals as text, in SQL's style (`2024-01-01 00:00:00.000`) and in that of java.time
//  (`2024-01-01T00:00`), which Flink's print connector shows.

extension [UInt8] {
  /// `yyyy-MM-dd`.
  public mutating func appendDate(days: Int64) {
    let date = CivilDate(days: days)
    if date.year < 0 { append(UInt8(ascii: "-")) }
    appendInteger(magnitude: date.year.magnitude, minimumDigits: 4)
    append(UInt8(ascii: "-"))
    appendTwoDigits(date.month)
    append(UInt8(ascii: "-"))
    appendTwoDigits(date.day)
  }

  /// Two digits, for 0 to 99.
  @inlinable public mutating func appendTwoDigits(_ value: Int64) {
    append(UInt8(truncatingIfNeeded: value / 10) &+ 48)
    append(UInt8(truncatingIfNeeded: value % 10) &+ 48)
  }

  /// `yyyy-MM-dd HH:mm:ss.fff` with exactly `precision` digits (0 to 9) of the fraction.
  public mutating func appendTimestamp(microseconds: Int64, precision: Int, separator: UInt8 = UInt8(ascii: " ")) {
    appendDate(days: floorDivide(microseconds, Microseconds.perDay))
    append(separator)
    let ofDay = floorModulo(microseconds, Microseconds.perDay)
    appendClock(seconds: ofDay / Microseconds.perSecond)
    appendFraction(microseconds: ofDay % Microseconds.perSecond, digits: precision)
  }

  /// `yyyy-MM-dd HH:mm:ss[.f...]` with as many digits of the fraction as it needs, none if it is zero: the formats' SQL style.
  public mutating func appendTimestampShortest(microseconds: Int64, separator: UInt8 = UInt8(ascii: " ")) {
    appendDate(days: floorDivide(microseconds, Microseconds.perDay))
    append(separator)
    let ofDay = floorModulo(microseconds, Microseconds.perDay)
    appendClock(seconds: ofDay / Microseconds.perSecond)
    var fraction = ofDay % Microseconds.perSecond
    if fraction == 0 { return }
    var digits = 6
    while fraction % 10 == 0 {
      fraction /= 10
      digits -= 1
    }
    append(UInt8(ascii: "."))
    appendInteger(magnitude: UInt64(fraction), minimumDigits: digits)
  }

  /// `HH:mm:ss`, then for a precision above 0 the fraction without its trailing zeros but at least one digit, as Flink casts TIME.
  public mutating func appendTime(milliseconds: Int64, precision: Int) {
    let ofDay = floorModulo(milliseconds, 86_400_000)
    appendClock(seconds: ofDay / 1000)
    guard precision > 0 else { return }
    append(UInt8(ascii: "."))
    var rest = ofDay % 1000
    for _ in 0..<precision {
      append(UInt8(truncatingIfNeeded: rest / 100) &+ 48)
      rest = rest % 100 * 10
      if rest == 0 { break }
    }
  }

  /// `LocalTime.toString`: seconds and fraction only where they are not zero, the fraction in groups of three digits.
  public mutating func appendJavaTime(microsecondsOfDay: Int64, alwaysSeconds: Bool = false) {
    let seconds = microsecondsOfDay / Microseconds.perSecond
    let fraction = microsecondsOfDay % Microseconds.perSecond
    appendTwoDigits(seconds / 3600)
    append(UInt8(ascii: ":"))
    appendTwoDigits(seconds / 60 % 60)
    guard alwaysSeconds || seconds % 60 != 0 || fraction != 0 else { return }
    append(UInt8(ascii: ":"))
    appendTwoDigits(seconds % 60)
    if fraction != 0 { appendFraction(microseconds: fraction, digits: fraction % 1000 == 0 ? 3 : 6) }
  }

  /// `LocalDateTime.toString`: `2024-01-01T00:00`, `2024-01-01T00:00:00.123`.
  public mutating func appendJavaTimestamp(microseconds: Int64) {
    appendDate(days: floorDivide(microseconds, Microseconds.perDay))
    append(UInt8(ascii: "T"))
    appendJavaTime(microsecondsOfDay: floorModulo(microseconds, Microseconds.perDay))
  }

  /// `Instant.toString`: `2024-01-01T00:00:00Z`.
  public mutating func appendJavaInstant(microseconds: Int64) {
    appendDate(days: floorDivide(microseconds, Microseconds.perDay))
    append(UInt8(ascii: "T"))
    appendJavaTime(microsecondsOfDay: floorModulo(microseconds, Microseconds.perDay), alwaysSeconds: true)
    append(UInt8(ascii: "Z"))
  }

  /// `+1-02`: years and months.
  public mutating func appendInterval(months: Int64) {
    append(UInt8(ascii: months < 0 ? "-" : "+"))
    appendInteger(magnitude: months.magnitude / 12)
    append(UInt8(ascii: "-"))
    appendTwoDigits(Int64(months.magnitude % 12))
  }

  /// `+1 02:03:04.500`: days, hours, minutes, seconds and milliseconds.
  public mutating func appendInterval(microseconds: Int64) {
    append(UInt8(ascii: microseconds < 0 ? "-" : "+"))
    let magnitude = microseconds.magnitude
    let day = UInt64(Microseconds.perDay)
    appendInteger(magnitude: magnitude / day)
    append(UInt8(ascii: " "))
    appendClock(seconds: Int64(magnitude % day) / Microseconds.perSecond)
    appendFraction(microseconds: Int64(magnitude % day) % Microseconds.perSecond, digits: 3)
  }

  private mutating func appendClock(seconds: Int64) {
    appendTwoDigits(seconds / 3600)
    append(UInt8(ascii: ":"))
    appendTwoDigits(seconds / 60 % 60)
    append(UInt8(ascii: ":"))
    appendTwoDigits(seconds % 60)
  }

  /// A point and exactly `digits` digits; nothing for none.
  private mutating func appendFraction(microseconds: Int64, digits: Int) {
    guard digits > 0 else { return }
    append(UInt8(ascii: "."))
    if digits >= 6 {
      appendInteger(magnitude: UInt64(microseconds), minimumDigits: 6)
      append(contentsOf: repeatElement(48, count: digits - 6))
    } else {
      appendInteger(magnitude: UInt64(microseconds / DecimalPower.int64(6 - digits)), minimumDigits: digits)
    }
  }
}
