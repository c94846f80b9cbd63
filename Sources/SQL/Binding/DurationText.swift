//  Durations and sizes as Flink's configuration writes them: '10 s', '500ms', '1 min', '64 mb'.
//  Source: Flink's TimeUtils and MemorySize.

enum DurationText {
  private static let units: [(names: [String], microseconds: Int64)] = [
    (["d", "day", "days"], 86_400_000_000),
    (["h", "hour", "hours"], 3_600_000_000),
    (["min", "m", "minute", "minutes"], 60_000_000),
    (["s", "sec", "secs", "second", "seconds"], 1_000_000),
    (["", "ms", "milli", "millis", "millisecond", "milliseconds"], 1_000),
    (["us", "µs", "micro", "micros", "microsecond", "microseconds"], 1),
  ]

  /// A number alone is milliseconds. Nanoseconds are cut to microseconds. Nil for anything else.
  static func microseconds(_ text: String) -> Int64? {
    guard let (number, unit) = split(text) else { return nil }
    if ["ns", "nano", "nanos", "nanosecond", "nanoseconds"].contains(unit) { return number / 1_000 }
    guard let length = units.first(where: { $0.names.contains(unit) })?.microseconds else { return nil }
    let product = number.multipliedReportingOverflow(by: length)
    return product.overflow ? nil : product.partialValue
  }

  /// A whole number and, in lower case, what follows.
  fileprivate static func split(_ text: String) -> (number: Int64, unit: String)? {
    let trimmed = text.trimmingBlanks
    let digits = trimmed.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits) else { return nil }
    return (number, String(trimmed.dropFirst(digits.count)).trimmingBlanks.lowercased())
  }
}

enum MemoryText {
  /// A number alone is bytes.
  static func bytes(_ text: String) -> Int64? {
    guard let (number, unit) = DurationText.split(text) else { return nil }
    let shift: Int64
    switch unit {
    case "", "b", "bytes": shift = 0
    case "k", "kb", "kibibytes": shift = 10
    case "m", "mb", "mebibytes": shift = 20
    case "g", "gb", "gibibytes": shift = 30
    case "t", "tb", "tebibytes": shift = 40
    default: return nil
    }
    let product = number.multipliedReportingOverflow(by: 1 << shift)
    return product.overflow ? nil : product.partialValue
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
