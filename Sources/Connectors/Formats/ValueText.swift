//  Values as text in the forms that Java's classes give them: what print, CSV and JSON write.

import Columnar

enum ValueText {
  /// `2024-02-29`.
  static func date(_ days: Int32) -> String {
    let (year, month, day) = civil(Int64(days))
    let sign = year < 0 ? "-" : year > 9999 ? "+" : ""
    return sign + padded(abs(year), 4) + "-" + padded(Int64(month), 2) + "-" + padded(Int64(day), 2)
  }

  /// `10:15:30.123` from milliseconds since midnight; with no fraction if it is zero.
  static func time(_ milliseconds: Int32, omitsZeroSeconds: Bool = false) -> String {
    clock(Int64(milliseconds) * 1000, omitsZeroSeconds: omitsZeroSeconds)
  }

  /// `2024-02-29 10:15:30.123` from microseconds since 1970; the fraction has none, three or six digits, or `digits`.
  static func timestamp(_ microseconds: Int64, separator: String, omitsZeroSeconds: Bool = false) -> String {
    let day: Int64 = 86_400_000_000
    let days = microseconds >= 0 ? microseconds / day : -((-(microseconds + 1)) / day) - 1
    return date(Int32(days)) + separator + clock(microseconds - days * day, omitsZeroSeconds: omitsZeroSeconds)
  }

  private static func clock(_ microseconds: Int64, omitsZeroSeconds: Bool) -> String {
    let seconds = microseconds / 1_000_000
    let fraction = microseconds % 1_000_000
    var text = padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2)
    if omitsZeroSeconds && seconds % 60 == 0 && fraction == 0 { return text }
    text += ":" + padded(seconds % 60, 2)
    if fraction == 0 { return text }
    return text + "." + (fraction % 1000 == 0 ? padded(fraction / 1000, 3) : padded(fraction, 6))
  }

  static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Year, month and day of a day number. Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms".
  static func civil(_ days: Int64) -> (year: Int64, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), Int(month), Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1))
  }

  /// An unscaled value with its type's scale, without an exponent.
  static func decimal(_ unscaled: Int128, _ type: DataType) -> String {
    guard case .decimal(_, let scale) = type, scale > 0 else { return String(unscaled) }
    var digits = String(unscaled.magnitude)
    if digits.count <= scale { digits = String(repeating: "0", count: scale + 1 - digits.count) + digits }
    return (unscaled < 0 ? "-" : "") + digits.dropLast(scale) + "." + digits.suffix(scale)
  }

  /// As `Double.toString` of Java: `1.0`, `1.0E10`, `NaN`, `-Infinity`.
  static func double(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return number(value.description, isPlain: value == 0 || (1e-3..<1e7).contains(value.magnitude))
  }

  static func float(_ value: Float) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return number(value.description, isPlain: value == 0 || (1e-3..<1e7).contains(value.magnitude))
  }

  /// Rewrites the shortest digits that Swift gives, with or without an exponent as Java would.
  private static func number(_ description: String, isPlain: Bool) -> String {
    let isNegative = description.hasPrefix("-")
    let parts = description.drop { $0 == "-" }.split(separator: "e")
    let mantissa = parts[0].split(separator: ".")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let whole = mantissa[0]
    let fraction = mantissa.count > 1 ? mantissa[1] : "0"
    // The value is 0.d1d2d3... times ten to `point`.
    var digits = Array((whole + fraction).utf8)
    var point = whole.count + exponent
    while digits.count > 1, digits.first == UInt8(ascii: "0") {
      digits.removeFirst()
      point -= 1
    }
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    let sign = isNegative ? "-" : ""
    let text = String(decoding: digits, as: UTF8.self)
    if text == "0" { return sign + "0.0" }
    if !isPlain {
      let rest = text.dropFirst()
      return sign + text.prefix(1) + "." + (rest.isEmpty ? "0" : rest) + "E" + String(point - 1)
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + text }
    if text.count <= point { return sign + text + String(repeating: "0", count: point - text.count) + ".0" }
    return sign + text.prefix(point) + "." + text.dropFirst(point)
  }

  /// Months as Java's `Period`: `P1Y2M`.
  static func period(_ months: Int32) -> String {
    let years = months / 12
    let rest = months % 12
    if months == 0 { return "P0M" }
    return "P" + (years == 0 ? "" : "\(years)Y") + (rest == 0 ? "" : "\(rest)M")
  }

  /// Microseconds as Java's `Duration`: `PT1H0.5S`.
  static func duration(_ microseconds: Int64) -> String {
    if microseconds == 0 { return "PT0S" }
    let sign = microseconds < 0 ? "-" : ""
    let magnitude = microseconds.magnitude
    let (hours, minutes) = (magnitude / 3_600_000_000, magnitude / 60_000_000 % 60)
    let (seconds, fraction) = (magnitude / 1_000_000 % 60, magnitude % 1_000_000)
    var text = "PT"
    if hours > 0 { text += "\(sign)\(hours)H" }
    if minutes > 0 { text += "\(sign)\(minutes)M" }
    if seconds > 0 || fraction > 0 {
      var digits = padded(Int64(fraction), 6)
      while digits.hasSuffix("0") { digits.removeLast() }
      text += "\(sign)\(seconds)" + (digits.isEmpty ? "" : ".\(digits)") + "S"
    }
    return text
  }
}
