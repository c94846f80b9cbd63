//  Dates, times and timestamps from text, without allocation. Nil for what is no such text or no such day.

/// Reads digits and punctuation from the front of some bytes.
@usableFromInline struct TimeScanner {
  @usableFromInline let bytes: UnsafeRawBufferPointer
  @usableFromInline var position = 0

  @inlinable init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  @inlinable var isAtEnd: Bool { position == bytes.count }

  @inlinable mutating func skip(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position &+= 1
    return true
  }

  /// A number of one to `maxDigits` digits.
  @inlinable mutating func number(maxDigits: Int) -> Int64? {
    var value: Int64 = 0
    let start = position
    while position < bytes.count, position - start < maxDigits, bytes[position] &- 48 <= 9 {
      value = value &* 10 &+ Int64(bytes[position] &- 48)
      position &+= 1
    }
    return position > start ? value : nil
  }

  /// Year, month and day; month and day may be left out, and are 1 then.
  @inlinable mutating func days() -> Int64? {
    guard let year = number(maxDigits: 9) else { return nil }
    var date = CivilDate(year: year, month: 1, day: 1)
    if skip(UInt8(ascii: "-")) {
      guard let month = number(maxDigits: 2) else { return nil }
      date.month = month
      if skip(UInt8(ascii: "-")) {
        guard let day = number(maxDigits: 2) else { return nil }
        date.day = day
      }
    }
    return date.isValid ? date.days : nil
  }

  /// `HH:mm[:ss[.fffffffff]]` in microseconds; digits beyond the sixth of the fraction are cut off.
  @inlinable mutating func microsecondsOfDay() -> Int64? {
    guard let hour = number(maxDigits: 2), hour < 24, skip(UInt8(ascii: ":")), let minute = number(maxDigits: 2), minute < 60 else {
      return nil
    }
    var microseconds = (hour * 60 + minute) * Microseconds.perMinute
    if skip(UInt8(ascii: ":")) {
      guard let second = number(maxDigits: 2), second < 60 else { return nil }
      microseconds += second * Microseconds.perSecond
      if skip(UInt8(ascii: ".")) {
        var unit: Int64 = 100_000
        let start = position
        while position < bytes.count, bytes[position] &- 48 <= 9 {
          microseconds += Int64(bytes[position] &- 48) * unit
          unit /= 10
          position &+= 1
        }
        if position == start || position - start > 9 { return nil }
      }
    }
    return microseconds
  }
}

/// Days since 1970-01-01 from `yyyy-MM-dd` (also `yyyy-M-d`, `yyyy-MM`, `yyyy`); a time after a blank or `T` is left out of account.
@inlinable public func parseDate(_ bytes: UnsafeRawBufferPointer) -> Int32? {
  var scanner = TimeScanner(bytes)
  guard let days = scanner.days(), let narrow = Int32(exactly: days) else { return nil }
  if scanner.skip(UInt8(ascii: " ")) || scanner.skip(UInt8(ascii: "T")) { return scanner.microsecondsOfDay() == nil ? nil : narrow }
  return scanner.isAtEnd ? narrow : nil
}

/// Milliseconds since midnight from `HH:mm[:ss[.fff]]`.
@inlinable public func parseTime(_ bytes: UnsafeRawBufferPointer) -> Int32? {
  var scanner = TimeScanner(bytes)
  guard let microseconds = scanner.microsecondsOfDay(), scanner.isAtEnd else { return nil }
  return Int32(microseconds / Microseconds.perMillisecond)
}

/// Microseconds since 1970-01-01T00:00:00 from `yyyy-MM-dd[ HH:mm[:ss[.fffffffff]]]`, with a blank or a `T` between date and time.
@inlinable public func parseTimestamp(_ bytes: UnsafeRawBufferPointer) -> Int64? {
  var scanner = TimeScanner(bytes)
  guard let microseconds = scanner.timestamp(), scanner.isAtEnd else { return nil }
  return microseconds
}

/// As `parseTimestamp`, followed by `Z` or an offset (`+01:00`), which is subtracted; without one the text is taken as UTC.
@inlinable public func parseInstant(_ bytes: UnsafeRawBufferPointer) -> Int64? {
  var scanner = TimeScanner(bytes)
  guard let microseconds = scanner.timestamp() else { return nil }
  if scanner.isAtEnd || (scanner.skip(UInt8(ascii: "Z")) && scanner.isAtEnd) { return microseconds }
  let isEast = scanner.skip(UInt8(ascii: "+"))
  guard isEast || scanner.skip(UInt8(ascii: "-")), let hours = scanner.number(maxDigits: 2), hours <= 18 else { return nil }
  var minutes: Int64 = 0
  if scanner.skip(UInt8(ascii: ":")) || !scanner.isAtEnd {
    guard let number = scanner.number(maxDigits: 2), number < 60 else { return nil }
    minutes = number
  }
  guard scanner.isAtEnd else { return nil }
  let offset = (hours * 60 + minutes) * Microseconds.perMinute
  return isEast ? microseconds &- offset : microseconds &+ offset
}

extension TimeScanner {
  @inlinable mutating func timestamp() -> Int64? {
    guard let days = days() else { return nil }
    let (midnight, overflow) = days.multipliedReportingOverflow(by: Microseconds.perDay)
    if overflow { return nil }
    guard skip(UInt8(ascii: " ")) || skip(UInt8(ascii: "T")) else { return midnight }
    guard let time = microsecondsOfDay() else { return nil }
    let (sum, carry) = midnight.addingReportingOverflow(time)
    return carry ? nil : sum
  }
}
