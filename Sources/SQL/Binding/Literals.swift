//  What literals stand for: numbers, binary strings, dates, times, intervals.

import Columnar

enum Literals {
  typealias Parsed = (value: Value, type: DataType)

  /// INT if it fits, BIGINT if it fits, else DECIMAL with as many digits as are written; with an exponent DOUBLE.
  static func number(_ text: String, at span: SourceSpan) throws(Diagnostic) -> Parsed {
    let isNegative = text.hasPrefix("-")
    let digits = isNegative ? text.dropFirst() : text[...]
    if digits.contains(where: { $0 == "e" || $0 == "E" }) {
      guard let value = Double(text), value.isFinite else { throw outOfRange(text, span) }
      return (.double(value), .float64)
    }
    if !digits.contains("."), let value = Int64(text) {
      return (.integer(value), Int32(exactly: value) == nil ? .int64 : .int32)
    }
    var unscaled: Int128 = 0
    var scale = 0
    var precision = 0
    var isFraction = false
    for character in digits.utf8 {
      if character == UInt8(ascii: ".") {
        isFraction = true
        continue
      }
      if isFraction { scale += 1 }
      if precision > 0 || character != UInt8(ascii: "0") { precision += 1 }
      guard precision <= SQLLimits.numberDigitCountMax, scale <= SQLLimits.numberDigitCountMax else { throw outOfRange(text, span) }
      unscaled = unscaled * 10 + Int128(character - UInt8(ascii: "0"))
    }
    return (.decimal(isNegative ? -unscaled : unscaled), .decimal(precision: max(precision, scale, 1), scale: scale))
  }

  private static func outOfRange(_ text: String, _ span: SourceSpan) -> Diagnostic {
    let shown = text.count > 50 ? text.prefix(50) + "..." : text[...]
    return Diagnostic("the number \(shown) is out of range: at most \(SQLLimits.numberDigitCountMax) digits", at: span)
  }

  static func bytes(_ text: String, at span: SourceSpan) throws(Diagnostic) -> Parsed {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text {
      guard character.isASCII, let digit = character.hexDigitValue else {
        throw Diagnostic("'\(character)' is not a hexadecimal digit", at: span)
      }
      if let first = high {
        bytes.append(first << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    if high != nil { throw Diagnostic("a binary string has an even number of digits", at: span) }
    return (.bytes(bytes), .binary(length: max(bytes.count, 1)))
  }

  /// DATE '2024-02-29', TIME '12:34:56.789', TIMESTAMP '2024-02-29 12:34:56.789'.
  static func temporal(_ kind: String, _ text: String, at span: SourceSpan) throws(Diagnostic) -> Parsed {
    switch kind {
    case "DATE":
      if let days = date(text) { return (.integer(days), .date) }
      throw Diagnostic("'\(text)' is not a date", at: span, expected: ["DATE 'yyyy-MM-dd'"])
    case "TIME":
      if let time = time(text), time.precision <= 9 {
        return (.integer(time.microseconds / 1_000), .time(precision: time.precision))
      }
      throw Diagnostic("'\(text)' is not a time", at: span, expected: ["TIME 'HH:mm:ss[.SSS]'"])
    default:
      if let value = timestamp(text) { return (.integer(value.microseconds), .timestamp(precision: value.precision)) }
      throw Diagnostic("'\(text)' is not a timestamp", at: span, expected: ["TIMESTAMP 'yyyy-MM-dd HH:mm:ss[.SSS]'"])
    }
  }

  /// Microseconds since 1970-01-01T00:00:00 and the digits of the fraction.
  static func timestamp(_ text: String) -> (microseconds: Int64, precision: Int)? {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2, let days = date(String(parts[0])), let time = time(String(parts[1])), time.precision <= 9 else { return nil }
    return (days * 86_400_000_000 + time.microseconds, time.precision)
  }

  /// Days since 1970-01-01.
  static func date(_ text: String) -> Int64? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.count == 4, let year = whole(parts[0], 0...9999), let month = whole(parts[1], 1...12),
      let day = whole(parts[2], 1...31)
    else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= lengths[Int(month) - 1] else { return nil }
    // Days since 0000-03-01 in the proleptic Gregorian calendar; see Hinnant, "chrono-compatible low-level date algorithms".
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func time(_ text: String) -> (microseconds: Int64, precision: Int)? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hour = whole(parts[0], 0...23), let minute = whole(parts[1], 0...59),
      let second = seconds(parts[2], below: 60)
    else { return nil }
    return (hour * 3_600_000_000 + minute * 60_000_000 + second.microseconds, second.precision)
  }

  private static func whole(_ text: Substring, _ range: ClosedRange<Int64>) -> Int64? {
    guard !text.isEmpty, text.utf8.count <= 15, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let value = Int64(text),
      range.contains(value)
    else { return nil }
    return value
  }

  private static func seconds(_ text: Substring, below limit: Int64) -> (microseconds: Int64, precision: Int)? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let second = whole(parts[0], 0...(limit - 1)) else { return nil }
    guard parts.count == 2 else { return (second * 1_000_000, 0) }
    guard whole(parts[1], 0...Int64.max) != nil else { return nil }
    var fraction: Int64 = 0
    var digits = Array(parts[1].utf8.prefix(6))
    while digits.count < 6 { digits.append(48) }
    for digit in digits { fraction = fraction * 10 + Int64(digit - 48) }
    return (second * 1_000_000 + fraction, parts[1].utf8.count)
  }

  /// INTERVAL '10' SECOND, INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 02:03:04.5' DAY TO SECOND.
  static func interval(_ text: String, isNegative: Bool, from: TimeUnit, to: TimeUnit?, at span: SourceSpan) throws(Diagnostic) -> Parsed {
    var body = text[...]
    while body.first == " " { body.removeFirst() }
    while body.last == " " { body.removeLast() }
    var sign: Int64 = isNegative ? -1 : 1
    if body.first == "-" || body.first == "+" { sign *= body.removeFirst() == "-" ? -1 : 1 }
    let wrong = Diagnostic("'\(text)' is not an interval of \(from.rawValue)\(to.map { " TO \($0.rawValue)" } ?? "")", at: span)
    if let months = from.months {
      guard to == nil || (from == .year && to == .month) else { throw wrong }
      let parts = body.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == (to == nil ? 1 : 2), let first = whole(parts[0], 0...100_000_000) else { throw wrong }
      var total = first * months
      if to != nil {
        guard let second = whole(parts[1], 0...11) else { throw wrong }
        total += second
      }
      guard Int32(exactly: total) != nil else { throw wrong }
      return (.integer(sign * total), .intervalMonths)
    }
    guard let micros = dayTime(body, from: from, to: to ?? from) else { throw wrong }
    return (.integer(sign * micros), .intervalTime)
  }

  /// The fields from one unit to another, parted by a space after days and by colons.
  private static func dayTime(_ text: Substring, from: TimeUnit, to: TimeUnit) -> Int64? {
    if from == .week { return to == .week ? whole(text, 0...10_000_000).map { $0 * 604_800_000_000 } : nil }
    let order: [TimeUnit] = [.day, .hour, .minute, .second]
    guard let first = order.firstIndex(of: from), let last = order.firstIndex(of: to), first <= last else { return nil }
    let parts = text.split(omittingEmptySubsequences: false) { $0 == " " || $0 == ":" }
    guard parts.count == last - first + 1 else { return nil }
    var total: Int64 = 0
    for (index, part) in parts.enumerated() {
      let unit = order[first + index]
      let isFirst = index == 0
      if unit == .second {
        guard let value = seconds(part, below: isFirst ? 1_000_000_000_000 : 60) else { return nil }
        total += value.microseconds
      } else {
        let most: Int64 = isFirst ? 100_000_000 : unit == .hour ? 23 : 59
        guard let value = whole(part, 0...most), let length = unit.microseconds else { return nil }
        total += value * length
      }
    }
    return total
  }
}
