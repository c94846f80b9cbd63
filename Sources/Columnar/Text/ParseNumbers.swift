//  Numbers from text, without allocation. Each takes exactly the bytes of the number; use `trimmed` first where blanks are allowed.
//  Source of the fast path for doubles: Clinger, "How to Read Floating Point Numbers Accurately", PLDI 1990.

/// The bytes without leading and trailing blanks (any byte up to 0x20, as Java's `trim`).
@inlinable public func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
  var start = 0
  var end = bytes.count
  while start < end, bytes[start] <= 0x20 { start &+= 1 }
  while end > start, bytes[end &- 1] <= 0x20 { end &-= 1 }
  return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
}

/// An optional sign and digits; nil for anything else and for what does not fit.
@inlinable public func parseInt64(_ bytes: UnsafeRawBufferPointer) -> Int64? {
  var position = 0
  let isNegative = bytes.count > 0 && bytes[0] == UInt8(ascii: "-")
  if isNegative || (bytes.count > 0 && bytes[0] == UInt8(ascii: "+")) { position = 1 }
  guard position < bytes.count else { return nil }
  var value: UInt64 = 0
  if bytes.count - position <= 18 {
    while position < bytes.count {
      let digit = bytes[position] &- 48
      if digit > 9 { return nil }
      value = value &* 10 &+ UInt64(digit)
      position &+= 1
    }
    return isNegative ? 0 &- Int64(bitPattern: value) : Int64(bitPattern: value)
  }
  while position < bytes.count {
    let digit = bytes[position] &- 48
    if digit > 9 { return nil }
    let (product, overflow) = value.multipliedReportingOverflow(by: 10)
    let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
    if overflow || carry { return nil }
    value = sum
    position &+= 1
  }
  if isNegative { return value <= 1 << 63 ? Int64(bitPattern: 0 &- value) : nil }
  return Int64(exactly: value)
}

/// A decimal mantissa and exponent as written: `digits` times ten to `exponent`.
@usableFromInline struct ScannedNumber {
  /// The first digits, as many as fit in 64 bits (19 at least), from the first that is not zero.
  @usableFromInline var digits: UInt64 = 0
  @usableFromInline var exponent = 0
  @usableFromInline var isNegative = false
  /// Whether digits other than zero were left out of `digits`.
  @usableFromInline var isTruncated = false
  @usableFromInline init() {}
}

/// Java's grammar of decimal numbers: sign, digits with an optional point, optional exponent. Nil for anything else.
@inlinable func scanNumber(_ bytes: UnsafeRawBufferPointer) -> ScannedNumber? {
  var number = ScannedNumber()
  var position = 0
  if bytes.count > 0, bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") {
    number.isNegative = bytes[0] == UInt8(ascii: "-")
    position = 1
  }
  var hasDigits = false
  var hasPoint = false
  var significant = 0
  while position < bytes.count {
    let byte = bytes[position]
    let digit = byte &- 48
    if digit <= 9 {
      hasDigits = true
      if significant < 19 {
        number.digits = number.digits &* 10 &+ UInt64(digit)
        if number.digits != 0 { significant &+= 1 }
        if hasPoint { number.exponent &-= 1 }
      } else {
        if digit != 0 { number.isTruncated = true }
        if !hasPoint { number.exponent &+= 1 }
      }
    } else if byte == UInt8(ascii: "."), !hasPoint {
      hasPoint = true
    } else {
      break
    }
    position &+= 1
  }
  guard hasDigits else { return nil }
  if position < bytes.count {
    guard bytes[position] | 0x20 == UInt8(ascii: "e") else { return nil }
    position &+= 1
    var isNegativeExponent = false
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
      isNegativeExponent = bytes[position] == UInt8(ascii: "-")
      position &+= 1
    }
    guard position < bytes.count else { return nil }
    var exponent = 0
    while position < bytes.count {
      let digit = bytes[position] &- 48
      if digit > 9 { return nil }
      exponent = min(exponent &* 10 &+ Int(digit), 1_000_000)
      position &+= 1
    }
    number.exponent &+= isNegativeExponent ? 0 &- exponent : exponent
  }
  return number
}

@usableFromInline let exactPowersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
]

/// The nearest double; also `NaN` and `Infinity` with an optional sign. What is too large is infinite, as in Java.
@inlinable public func parseDouble(_ bytes: UnsafeRawBufferPointer) -> Double? {
  guard let number = scanNumber(bytes) else { return parseNonFinite(bytes) }
  if !number.isTruncated, number.digits < 1 << 53, number.exponent >= -22, number.exponent <= 22 {
    // Both are exact in a double, so that one correctly rounded operation gives the nearest.
    let digits = Double(number.digits)
    let magnitude = number.exponent < 0 ? digits / exactPowersOfTen[-number.exponent] : digits * exactPowersOfTen[number.exponent]
    return number.isNegative ? -magnitude : magnitude
  }
  return parseDoubleSlowly(bytes)
}

public func parseFloat(_ bytes: UnsafeRawBufferPointer) -> Float? {
  guard scanNumber(bytes) != nil else { return parseNonFinite(bytes).map { Float($0) } }
  return Float(String(decoding: bytes, as: UTF8.self))
}

@usableFromInline func parseDoubleSlowly(_ bytes: UnsafeRawBufferPointer) -> Double? { Double(String(decoding: bytes, as: UTF8.self)) }

@usableFromInline func parseNonFinite(_ bytes: UnsafeRawBufferPointer) -> Double? {
  guard let first = bytes.first else { return nil }
  let isNegative = first == UInt8(ascii: "-")
  let word = bytes.dropFirst(isNegative || first == UInt8(ascii: "+") ? 1 : 0)
  if word.elementsEqual("NaN".utf8) { return .nan }
  if word.elementsEqual("Infinity".utf8) { return isNegative ? -.infinity : .infinity }
  return nil
}

/// The unscaled value of a decimal of this precision and scale, half rounded away from zero; nil if it is no number or has too many digits.
public func parseDecimal(_ bytes: UnsafeRawBufferPointer, precision: Int, scale: Int) -> Int128? {
  guard let number = scanNumber(bytes) else { return nil }
  if number.isTruncated { return parseLongDecimal(bytes, precision: precision, scale: scale) }
  return scaledDecimal(UInt128(number.digits), exponent: number.exponent + scale, isNegative: number.isNegative, precision: precision)
}

/// More than 19 digits: gathered in 128 bits; nil if even those do not hold what matters.
private func parseLongDecimal(_ bytes: UnsafeRawBufferPointer, precision: Int, scale: Int) -> Int128? {
  var digits: UInt128 = 0
  var exponent = 0
  var hasPoint = false
  let limit = UInt128(DecimalPower.int128(37))
  var isNegative = false
  for (index, byte) in bytes.enumerated() {
    switch byte {
    case UInt8(ascii: "-"): isNegative = true
    case UInt8(ascii: "+"): break
    case UInt8(ascii: "."): hasPoint = true
    case 48...57:
      if digits < limit {
        digits = digits * 10 + UInt128(byte - 48)
        if hasPoint { exponent -= 1 }
      } else if !hasPoint {
        exponent += 1
      }
    default:
      let tail = UnsafeRawBufferPointer(rebasing: bytes[(index + 1)...])
      return scaledDecimal(
        digits, exponent: exponent + scale + Int(max(min(parseInt64(tail) ?? 0, 1_000_000), -1_000_000)), isNegative: isNegative,
        precision: precision)
    }
  }
  return scaledDecimal(digits, exponent: exponent + scale, isNegative: isNegative, precision: precision)
}

private func scaledDecimal(_ digits: UInt128, exponent: Int, isNegative: Bool, precision: Int) -> Int128? {
  var magnitude = digits
  if magnitude != 0, exponent > 0 {
    guard exponent <= DataType.maxDecimalPrecision else { return nil }
    let (product, overflow) = magnitude.multipliedReportingOverflow(by: UInt128(DecimalPower.int128(exponent)))
    if overflow { return nil }
    magnitude = product
  } else if exponent < 0 {
    if exponent < -DataType.maxDecimalPrecision { return 0 }
    let power = UInt128(DecimalPower.int128(-exponent))
    let (quotient, rest) = magnitude.quotientAndRemainder(dividingBy: power)
    magnitude = quotient + (rest >= power - rest ? 1 : 0)
  }
  guard magnitude < UInt128(DecimalPower.int128(precision)) else { return nil }
  return isNegative ? -Int128(magnitude) : Int128(magnitude)
}

/// Flink's words for the truth, in any case: t, true, y, yes, 1 and f, false, n, no, 0.
public func parseBoolean(_ bytes: UnsafeRawBufferPointer) -> Bool? {
  func isWord(_ word: StaticString) -> Bool {
    guard bytes.count == word.utf8CodeUnitCount else { return false }
    return bytes.indices.allSatisfy { (bytes[$0] >= 65 ? bytes[$0] | 0x20 : bytes[$0]) == word.utf8Start[$0] }
  }
  if isWord("true") || isWord("t") || isWord("yes") || isWord("y") || isWord("1") { return true }
  if isWord("false") || isWord("f") || isWord("no") || isWord("n") || isWord("0") { return false }
  return nil
}
