//  Reads options as typed values. Options arrive validated against their descriptors; what still does not fit is an
//  error that names the option, never a trap.

import Dataflow

/// The options of one table, or of its format when `prefix` is the format's name and a dot.
struct OptionValues {
  let options: [String: String]
  var prefix = ""

  init(_ options: [String: String], prefix: String = "") {
    self.options = options
    self.prefix = prefix
  }

  /// The same options, seen by a format.
  func prefixed(by prefix: String) -> OptionValues { OptionValues(options, prefix: prefix + ".") }

  func string(_ name: String) -> String? { options[prefix + name] }

  func string(_ name: String, default fallback: String) -> String { string(name) ?? fallback }

  func required(_ name: String) throws(OperatorError) -> String {
    guard let value = string(name) else { throw OperatorError(.user, .never, "option \"\(prefix)\(name)\" is missing") }
    return value
  }

  func boolean(_ name: String, default fallback: Bool) throws(OperatorError) -> Bool {
    guard let text = string(name) else { return fallback }
    switch text.lowercased() {
    case "true": return true
    case "false": return false
    default: throw invalid(name, text, "\"true\" or \"false\"")
    }
  }

  /// Nil if it is not given.
  func integer(_ name: String, in range: ClosedRange<Int64> = Int64.min...Int64.max) throws(OperatorError) -> Int64? {
    guard let text = string(name) else { return nil }
    guard let value = Int64(text), range.contains(value) else {
      throw invalid(name, text, "an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func integer(_ name: String, in range: ClosedRange<Int64> = Int64.min...Int64.max, default fallback: Int64) throws(OperatorError) -> Int64
  {
    try integer(name, in: range) ?? fallback
  }

  func double(_ name: String, in range: ClosedRange<Double>) throws(OperatorError) -> Double? {
    guard let text = string(name) else { return nil }
    guard let value = Double(text), range.contains(value) else {
      throw invalid(name, text, "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A number of bytes as Flink writes it: `1024`, `64 kb`, `16mb`, `1 GB`.
  func byteCount(_ name: String, in range: ClosedRange<Int64>) throws(OperatorError) -> Int64? {
    guard let text = string(name) else { return nil }
    guard let value = Self.byteCount(text), range.contains(value) else {
      throw invalid(name, text, "a size from \(range.lowerBound) b to \(range.upperBound) b such as \"16 mb\"")
    }
    return value
  }

  static func byteCount(_ text: String) -> Int64? {
    let (number, unit) = numberAndUnit(text)
    let factors: [String: Int64] = [
      "": 1, "b": 1, "bytes": 1, "k": 1 << 10, "kb": 1 << 10, "kibibytes": 1 << 10, "m": 1 << 20, "mb": 1 << 20,
      "mebibytes": 1 << 20, "g": 1 << 30, "gb": 1 << 30, "gibibytes": 1 << 30, "t": 1 << 40, "tb": 1 << 40, "tebibytes": 1 << 40,
    ]
    guard let number, let factor = factors[unit] else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }

  /// A length of time as Flink writes it, in microseconds: `10 s`, `5min`, `500 ms`; milliseconds without a unit.
  func duration(_ name: String) throws(OperatorError) -> Int64? {
    guard let text = string(name) else { return nil }
    let (number, unit) = Self.numberAndUnit(text)
    let factors: [String: Int64] = [
      "us": 1, "µs": 1, "micro": 1, "micros": 1, "microsecond": 1, "microseconds": 1, "": 1000, "ms": 1000, "milli": 1000, "millis": 1000,
      "millisecond": 1000, "milliseconds": 1000, "s": 1_000_000, "sec": 1_000_000, "secs": 1_000_000, "second": 1_000_000,
      "seconds": 1_000_000, "m": 60_000_000, "min": 60_000_000, "minute": 60_000_000, "minutes": 60_000_000, "h": 3_600_000_000,
      "hour": 3_600_000_000, "hours": 3_600_000_000, "d": 86_400_000_000, "day": 86_400_000_000, "days": 86_400_000_000,
    ]
    guard let number, let factor = factors[unit] else { throw invalid(name, text, "a duration such as \"10 s\"") }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    if overflow { throw invalid(name, text, "a duration of at most 292,000 years") }
    return product
  }

  /// `16 mb` in its two parts, the unit in lower case.
  private static func numberAndUnit(_ text: String) -> (number: Int64?, unit: String) {
    let rest = text.drop { $0 == " " }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    return (Int64(digits), rest.dropFirst(digits.count).filter { $0 != " " }.lowercased())
  }

  /// One byte, or none for an empty text; Flink's `\t`, `\n` and `\\` escapes are known.
  func byte(_ name: String, default fallback: UInt8?) throws(OperatorError) -> UInt8? {
    guard let text = string(name) else { return fallback }
    switch text {
    case "": return nil
    case "\\t": return UInt8(ascii: "\t")
    case "\\n": return UInt8(ascii: "\n")
    case "\\r": return UInt8(ascii: "\r")
    case "\\\\": return UInt8(ascii: "\\")
    default: break
    }
    let bytes = Array(text.utf8)
    guard bytes.count == 1 else { throw invalid(name, text, "one ASCII character") }
    return bytes[0]
  }

  func invalid(_ name: String, _ text: String, _ expected: String) -> OperatorError {
    OperatorError(.user, .never, "option \"\(prefix)\(name)\" is \"\(text)\", expected \(expected)")
  }
}

/// What `check` found wrong, as a descriptor's `validate` reports it.
func messageOfFailure(_ check: () throws(OperatorError) -> Void) -> String? {
  do {
    try check()
    return nil
  } catch {
    return error.message
  }
}
