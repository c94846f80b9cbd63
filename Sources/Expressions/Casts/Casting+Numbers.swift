//  Casts to numbers. Between numbers they are Java's conversions; from text they are parsed.

import Columnar

extension Casting {
  func parseNumber() throws(EvaluationError) -> Datum {
    switch target {
    case .int8: return try parse(Int8.self) { parseTruncated($0).flatMap { Int8(exactly: $0) } }
    case .int16: return try parse(Int16.self) { parseTruncated($0).flatMap { Int16(exactly: $0) } }
    case .int32: return try parse(Int32.self) { parseTruncated($0).flatMap { Int32(exactly: $0) } }
    case .int64: return try parse(Int64.self, parseTruncated)
    case .float32:
      return try parse(Float.self) {
        let text = withoutSuffix($0)
        return parseFloat(text) ?? (isHexadecimal(text) ? Float(String(decoding: text, as: UTF8.self)) : nil)
      }
    case .float64:
      return try parse(Double.self) {
        let text = withoutSuffix($0)
        return parseDouble(text) ?? (isHexadecimal(text) ? Double(String(decoding: text, as: UTF8.self)) : nil)
      }
    case .decimal(let precision, let scale): return try parseDecimals(precision: precision, scale: scale)
    default: throw unsupported
    }
  }

  /// What is no number, or has too many digits, is refused.
  private func parseDecimals(precision: Int, scale: Int) throws(EvaluationError) -> Datum {
    let texts = arguments.bytes(0)
    func value(_ row: Int) throws(EvaluationError) -> Int128? {
      let found = texts.with(row) { text in
        precision <= DataType.maxInt64Precision && text.count <= DataType.maxInt64Precision
          ? parseShortDecimal(text, precision: precision, scale: scale) : parseDecimal(trimmed(text), precision: precision, scale: scale)
      }
      if found == nil { try refuse(row) }
      return found
    }
    if precision <= DataType.maxInt64Precision {
      return try arguments.mapRows(Int64.self) { row throws(EvaluationError) in try value(row).map { Int64($0) } }
    }
    return try arguments.mapRows(Int128.self) { row throws(EvaluationError) in try value(row) }
  }

  func toNumber() throws(EvaluationError) -> Datum {
    if source == .boolean {
      let flags = arguments.vector(0, Bool.self)
      let numbers = arguments.result(map(flags) { $0 ? 1 : 0 as Int64 })
      return try Cast.apply(numbers, from: .int64, to: target, isTry: isTry, rowCount: arguments.count, context)
    }
    // SQL has no cast of intervals to integers, but EXTRACT is made of one: months, and milliseconds.
    if source == .intervalMonths, target.isInteger { return try toInteger() }
    if source == .intervalTime, target.isInteger {
      let milliseconds = arguments.result(map(arguments.vector(0, Int64.self)) { $0 / Microseconds.perMillisecond })
      return try Cast.apply(milliseconds, from: .int64, to: target, isTry: isTry, rowCount: arguments.count, context)
    }
    guard source.isNumeric else { throw unsupported }
    if target.isInteger { return try toInteger() }
    if case .decimal(let precision, let scale) = target { return try toDecimal(precision: precision, scale: scale) }
    return try target == .float32 ? toFloat(Float.self) : toFloat(Double.self)
  }

  private func toInteger() throws(EvaluationError) -> Datum {
    switch target {
    case .int8: return try narrow(Int8.self)
    case .int16: return try narrow(Int16.self)
    case .int32: return try narrow(Int32.self)
    default: return try narrow(Int64.self)
    }
  }

  /// Integers wrap, decimals lose their fraction, floats saturate at the width of Java's `int` or `long` and then wrap.
  private func narrow<Element: ColumnElement & FixedWidthInteger>(_: Element.Type) throws(EvaluationError) -> Datum {
    if case .decimal(_, let scale) = source {
      let power = DecimalPower.int128(scale)
      let operand = DecimalOperand(arguments[0])
      if case .short(let vector) = operand, scale <= DataType.maxInt64Precision {
        let power = DecimalPower.int64(scale)
        return arguments.result(map(vector) { Element(truncatingIfNeeded: $0 / power) })
      }
      return arguments.result((0..<arguments.count).map { Element(truncatingIfNeeded: operand[$0] / power) })
    }
    switch arguments[0].column {
    case .int8: return arguments.result(map(arguments.vector(0, Int8.self)) { Element(truncatingIfNeeded: $0) })
    case .int16: return arguments.result(map(arguments.vector(0, Int16.self)) { Element(truncatingIfNeeded: $0) })
    case .int32: return arguments.result(map(arguments.vector(0, Int32.self)) { Element(truncatingIfNeeded: $0) })
    case .int64: return arguments.result(map(arguments.vector(0, Int64.self)) { Element(truncatingIfNeeded: $0) })
    case .float32: return arguments.result(map(arguments.vector(0, Float.self)) { saturated(Double($0), as: Element.self) })
    case .float64: return arguments.result(map(arguments.vector(0, Double.self)) { saturated($0, as: Element.self) })
    default: throw unsupported
    }
  }

  @inline(__always)
  private func saturated<Element: FixedWidthInteger>(_ value: Double, as _: Element.Type) -> Element {
    if value.isNaN { return 0 }
    if Element.bitWidth == 64 {
      return value >= 0x1p63 ? Element.max : value < -0x1p63 ? Element.min : Element(truncatingIfNeeded: Int64(value))
    }
    let clamped = min(max(value, -0x1p31), 0x1p31 - 1)
    return Element(truncatingIfNeeded: Int32(clamped))
  }

  private func toFloat<Element: ColumnElement & BinaryFloatingPoint & LosslessStringConvertible>(
    _: Element.Type
  ) throws(EvaluationError) -> Datum {
    if case .decimal(_, let scale) = source {
      let operand = DecimalOperand(arguments[0])
      if case .short(let vector) = operand, scale <= 22, Element.self == Double.self {
        let power = Element(parsedPower(scale))
        let exact = Int64(1) << 53
        if vector.values.allSatisfy({ $0 > -exact && $0 < exact }) { return arguments.result(map(vector) { Element($0) / power }) }
      }
      var text: [UInt8] = []
      return arguments.result(
        (0..<arguments.count).map { row in
          text.removeAll(keepingCapacity: true)
          text.appendDecimal(operand[row], scale: scale)
          return Element(String(decoding: text, as: UTF8.self)) ?? 0
        })
    }
    switch arguments[0].column {
    case .int8: return arguments.result(map(arguments.vector(0, Int8.self)) { Element($0) })
    case .int16: return arguments.result(map(arguments.vector(0, Int16.self)) { Element($0) })
    case .int32: return arguments.result(map(arguments.vector(0, Int32.self)) { Element($0) })
    case .int64: return arguments.result(map(arguments.vector(0, Int64.self)) { Element($0) })
    case .float32: return arguments.result(map(arguments.vector(0, Float.self)) { Element($0) })
    case .float64: return arguments.result(map(arguments.vector(0, Double.self)) { Element($0) })
    default: throw unsupported
    }
  }

  /// Ten to at most 22 is exact in a double.
  private func parsedPower(_ exponent: Int) -> Double { (0..<exponent).reduce(1) { power, _ in power * 10 } }

  private func toDecimal(precision: Int, scale: Int) throws(EvaluationError) -> Datum {
    switch arguments[0].column {
    case .float32, .float64:
      func value(_ row: Int) throws(EvaluationError) -> Int128? {
        var text: [UInt8] = []
        // A float is seen as the double that it is.
        switch arguments[0].column {
        case .float32(let column): text.appendDouble(Double(column.values[arguments[0].index(row)]))
        case .float64(let column): text.appendDouble(column.values[arguments[0].index(row)])
        default: break
        }
        if let value = text.withUnsafeBytes({ parseDecimal($0, precision: precision, scale: scale) }) { return value }
        if text.last.map({ $0 &- 48 > 9 }) == true { try refuse(row) }
        return nil
      }
      if precision <= DataType.maxInt64Precision {
        return try arguments.mapRows(Int64.self) { row throws(EvaluationError) in try value(row).map { Int64($0) } }
      }
      return try arguments.mapRows(Int128.self) { row throws(EvaluationError) in try value(row) }
    default:
      let operand = DecimalOperand(arguments[0])
      let digits = scale - source.scale
      return decimalResult(arguments, precision: precision) { rescale(operand[$0], by: digits) }
    }
  }
}

/// Without the letter that marks a number as `float` or `double` in Java.
private func withoutSuffix(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
  guard bytes.count > 1, "dDfF".utf8.contains(bytes[bytes.count - 1]), bytes[bytes.count - 2] &- 48 < 10 else { return bytes }
  return UnsafeRawBufferPointer(rebasing: bytes.dropLast())
}

/// Whether the text is one of Java's hexadecimal numbers, which always have an exponent: `0x1.8p3`.
private func isHexadecimal(_ bytes: UnsafeRawBufferPointer) -> Bool {
  var rest = bytes[...]
  func isDigit(_ byte: UInt8) -> Bool { byte &- 48 <= 9 || (byte | 0x20) &- UInt8(ascii: "a") < 6 }
  if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
  guard rest.count > 2, rest.removeFirst() == UInt8(ascii: "0"), rest.removeFirst() | 0x20 == UInt8(ascii: "x") else { return false }
  let whole = rest.prefix(while: isDigit).count
  rest = rest.dropFirst(whole)
  var fraction = 0
  if rest.first == UInt8(ascii: ".") {
    rest = rest.dropFirst()
    fraction = rest.prefix(while: isDigit).count
    rest = rest.dropFirst(fraction)
  }
  guard whole + fraction > 0, rest.popFirst().map({ $0 | 0x20 == UInt8(ascii: "p") }) == true else { return false }
  if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
  return !rest.isEmpty && rest.allSatisfy { $0 &- 48 <= 9 }
}

/// A decimal of at most 18 digits from a text of at most 18 bytes, which Flink reads in a way of its own: zeros in front are digits that
/// have to fit, `.` is zero, and the byte that ends the number is not looked at, so that `1d` is 1.
private func parseShortDecimal(_ bytes: UnsafeRawBufferPointer, precision: Int, scale: Int) -> Int128? {
  func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t") }
  var rest = bytes.drop(while: isBlank)
  guard let first = rest.first else { return nil }
  let isNegative = first == UInt8(ascii: "-")
  if isNegative || first == UInt8(ascii: "+") {
    rest = rest.dropFirst()
    if rest.isEmpty { return nil }
  }
  var digits: Int64 = 0
  var count = 0
  var point: Int?
  var end: UInt8?
  while end == nil, let byte = rest.popFirst() {
    if byte &- 48 <= 9 {
      digits = digits * 10 + Int64(byte - 48)
      count += 1
    } else if byte == UInt8(ascii: ".") {
      if point != nil { return nil }
      point = count
    } else {
      end = byte
    }
  }
  var exponent = (point ?? count) - count
  if let end, end | 0x20 == UInt8(ascii: "e"), let sign = rest.first {
    let isNegative = sign == UInt8(ascii: "-")
    if isNegative || sign == UInt8(ascii: "+") {
      rest = rest.dropFirst()
      if rest.isEmpty { return nil }
    }
    var power = 0
    while let byte = rest.popFirst(), byte &- 48 <= 9 { if power < 40 { power = power * 10 + Int(byte - 48) } }
    exponent += isNegative ? -power : power
  }
  let shift = exponent + scale
  guard count > 0 || point != nil, rest.drop(while: isBlank).isEmpty, count + shift <= precision, shift >= -DataType.maxInt64Precision,
    let magnitude = rescale(Int128(digits), by: shift), magnitude < DecimalPower.int128(precision)
  else { return nil }
  return isNegative ? -magnitude : magnitude
}

/// An integer as Flink reads it: a fraction behind it is checked and dropped; nothing before the point is zero.
func parseTruncated(_ bytes: UnsafeRawBufferPointer) -> Int64? {
  guard let point = bytes.firstIndex(of: UInt8(ascii: ".")) else { return parseInt64(bytes) }
  guard bytes[(point + 1)...].allSatisfy({ $0 &- 48 <= 9 }) else { return nil }
  if point == 0 || point == 1 && (bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+")) { return 0 }
  return parseInt64(UnsafeRawBufferPointer(rebasing: bytes[..<point]))
}
