//  Numbers as text, appended to bytes: integers and decimals without allocation, floating point as Java prints it.

extension [UInt8] {
  @inlinable public mutating func appendASCII(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inlinable public mutating func appendInteger(_ value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    appendInteger(magnitude: value.magnitude)
  }

  /// Decimal digits, at least `minimumDigits` of them (at most 20), zeros in front.
  @inlinable public mutating func appendInteger(magnitude: UInt64, minimumDigits: Int = 1) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var rest = magnitude
      var start = 20
      while rest != 0 || start > 20 - minimumDigits {
        start -= 1
        let quotient = rest / 10
        digits[start] = UInt8(truncatingIfNeeded: rest &- quotient &* 10) &+ 48
        rest = quotient
      }
      append(contentsOf: UnsafeBufferPointer(rebasing: digits[start..<20]))
    }
  }

  /// The decimal in plain notation with exactly `scale` digits behind the point: `-0.50`.
  public mutating func appendDecimal(_ unscaled: Int128, scale: Int) {
    if unscaled < 0 { append(UInt8(ascii: "-")) }
    let magnitude = unscaled.magnitude
    if let small = UInt64(exactly: magnitude), scale <= DataType.maxInt64Precision {
      let power = UInt64(DecimalPower.int64(scale))
      appendInteger(magnitude: small / power)
      if scale > 0 {
        append(UInt8(ascii: "."))
        appendInteger(magnitude: small % power, minimumDigits: scale)
      }
      return
    }
    let first = count
    let chunk = UInt128(1_000_000_000_000_000_000)
    let high = magnitude / chunk
    if high == 0 {
      appendInteger(magnitude: UInt64(magnitude), minimumDigits: scale + 1 <= 20 ? scale + 1 : 20)
    } else {
      if high >= chunk {
        appendInteger(magnitude: UInt64(high / chunk))
        appendInteger(magnitude: UInt64(high % chunk), minimumDigits: 18)
      } else {
        appendInteger(magnitude: UInt64(high))
      }
      appendInteger(magnitude: UInt64(magnitude % chunk), minimumDigits: 18)
    }
    let missing = scale + 1 - (count - first)
    if missing > 0 { insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: missing), at: first) }
    if scale > 0 { insert(UInt8(ascii: "."), at: count - scale) }
  }

  /// As `Double.toString` of Java: `1.5`, `1.0E10`, `NaN`, `Infinity`; the shortest digits that read back equal.
  public mutating func appendDouble(_ value: Double) {
    if value == value.rounded(.towardZero), value.magnitude < 1e7, value != 0 {
      appendInteger(Int64(value))
      appendASCII(".0")
    } else {
      appendFloating(value.description, isNegative: value.sign == .minus, isNaN: value.isNaN, isInfinite: value.isInfinite)
    }
  }

  /// As `Float.toString` of Java.
  public mutating func appendFloat(_ value: Float) {
    appendFloating(value.description, isNegative: value.sign == .minus, isNaN: value.isNaN, isInfinite: value.isInfinite)
  }

  /// From Swift's shortest digits to Java's choice of notation.
  private mutating func appendFloating(_ shortest: String, isNegative: Bool, isNaN: Bool, isInfinite: Bool) {
    if isNaN { return appendASCII("NaN") }
    if isNegative { append(UInt8(ascii: "-")) }
    if isInfinite { return appendASCII("Infinity") }
    // The value is 0.d1d2d3... times ten to `point`.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 40) { digits in
      var count = 0
      var point = 0
      var hasPoint = false
      var exponent = 0
      var isExponent = false
      var isNegativeExponent = false
      for byte in shortest.utf8 {
        switch byte {
        case UInt8(ascii: "."): hasPoint = true
        case UInt8(ascii: "e"): isExponent = true
        case UInt8(ascii: "-"): isNegativeExponent = isExponent
        case 48...57 where isExponent: exponent = exponent * 10 + Int(byte - 48)
        case 48...57:
          if count == 0, byte == 48 {
            if hasPoint { point -= 1 }
          } else {
            if !hasPoint { point += 1 }
            if count < 40 {
              digits[count] = byte
              count += 1
            }
          }
        default: break
        }
      }
      if count == 0 { return appendASCII("0.0") }
      point += isNegativeExponent ? -exponent : exponent
      while count > 1, digits[count - 1] == 48 { count -= 1 }
      func appendDigits(_ range: Range<Int>) {
        for index in range { append(index >= 0 && index < count ? digits[index] : 48) }
      }
      if point > -3, point <= 7 {
        if point <= 0 { append(48) } else { appendDigits(0..<point) }
        append(UInt8(ascii: "."))
        appendDigits(Swift.min(point, 0)..<0)
        appendDigits(Swift.max(point, 0)..<Swift.max(count, Swift.max(point, 0) + 1))
      } else {
        append(digits[0])
        append(UInt8(ascii: "."))
        appendDigits(1..<Swift.max(count, 2))
        append(UInt8(ascii: "E"))
        appendInteger(Int64(point - 1))
      }
    }
  }
}

/// Powers of ten, as scales need them.
public enum DecimalPower {
  @usableFromInline static let table: [Int128] = (0...38).map { exponent in (0..<exponent).reduce(1) { power, _ in power * 10 } }
  @usableFromInline static let shortTable: [Int64] = (0...18).map { exponent in (0..<exponent).reduce(1) { power, _ in power * 10 } }

  /// Ten to `exponent`, which is 0 to 38.
  @inlinable public static func int128(_ exponent: Int) -> Int128 { table[exponent] }
  /// Ten to `exponent`, which is 0 to 18.
  @inlinable public static func int64(_ exponent: Int) -> Int64 { shortTable[exponent] }
}
