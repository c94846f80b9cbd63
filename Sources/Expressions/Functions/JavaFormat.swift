//  The format strings of Java's `Formatter`, of which PRINTF makes texts: `%[index$][flags][width][.precision]conversion`.
//  Source: the documentation of `java.util.Formatter`; numbers are rounded half up by their shortest digits, as there.

import Columnar

/// A format string in pieces.
struct JavaFormat: Sendable {
  enum Piece: Sendable {
    case literal(String)
    case specifier(Specifier)
  }

  struct Specifier: Sendable {
    /// From 1; nil for the next argument.
    var index: Int?
    var flags: Set<Character> = []
    var width: Int?
    var precision: Int?
    /// Lower case.
    var conversion: Character
    var isUppercase = false
  }

  /// A value as Java sees it.
  enum Argument {
    case null
    case boolean(Bool)
    /// With the bits of its type.
    case integer(Int64, bitWidth: Int)
    case floating(Double, text: String, hash: Int32)
    /// What only has a text; without a hash code where that is the address of an object.
    case other(String, hash: Int32?)

    /// Java's hash code; nil for NULL, and where it is another each time.
    var hash: Int32? {
      switch self {
      case .null: nil
      case .boolean(let flag): flag ? 1231 : 1237
      case .integer(let value, let bits): bits == 64 ? JavaFormat.hash(of: value) : Int32(truncatingIfNeeded: value)
      case .floating(_, _, let hash): hash
      case .other(_, let hash): hash
      }
    }
  }

  /// Characters that one value may be padded to, or digits that it may have.
  static let widthMax = 100_000

  let pieces: [Piece]

  /// Both halves of a `long`.
  static func hash(of value: Int64) -> Int32 {
    Int32(truncatingIfNeeded: value ^ Int64(bitPattern: UInt64(bitPattern: value) >> 32))
  }

  /// Nil if the text is no format.
  init?(_ text: String) {
    var pieces: [Piece] = []
    var rest = Substring(text)
    while let start = rest.firstIndex(of: "%") {
      if start > rest.startIndex { pieces.append(.literal(String(rest[..<start]))) }
      rest = rest[rest.index(after: start)...]
      guard let specifier = Specifier(&rest) else { return nil }
      pieces.append(.specifier(specifier))
    }
    if !rest.isEmpty { pieces.append(.literal(String(rest))) }
    self.pieces = pieces
  }

  /// The text; nil where an argument is missing or does not go with its conversion.
  ///
  /// - Throws: For a text that is longer than texts may be.
  func format(_ arguments: [Argument]) throws(EvaluationError) -> String? {
    var result = ""
    var next = 0
    var last: Int?
    for piece in pieces {
      if result.utf8.count > maxTextByteCount { throw EvaluationError("PRINTF: the text is longer than \(maxTextByteCount) bytes") }
      switch piece {
      case .literal(let text): result += text
      case .specifier(let specifier) where specifier.conversion == "n": result += "\n"
      case .specifier(let specifier) where specifier.conversion == "%": result += specifier.justified("%")
      case .specifier(let specifier):
        let place: Int
        if specifier.flags.contains("<") {
          guard let last else { return nil }
          place = last
        } else if let index = specifier.index {
          place = index - 1
        } else {
          place = next
          next += 1
        }
        guard arguments.indices.contains(place), let text = specifier.format(arguments[place]) else { return nil }
        last = place
        result += text
      }
    }
    return result
  }
}

extension JavaFormat.Specifier {
  /// What stands behind a `%`, which is taken off the text.
  fileprivate init?(_ text: inout Substring) {
    func number(_ rest: Substring) -> (value: Int, rest: Substring)? {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      return Int(digits).map { ($0, rest[digits.endIndex...]) }
    }
    if let (index, rest) = number(text), rest.first == "$" {
      guard index > 0 else { return nil }
      self.index = index
      text = rest.dropFirst()
    }
    while let flag = text.first, "-#+ 0,(<".contains(flag) {
      guard flags.insert(flag).inserted else { return nil }
      text = text.dropFirst()
    }
    if let (width, rest) = number(text) {
      guard 1...JavaFormat.widthMax ~= width else { return nil }
      self.width = width
      text = rest
    }
    if text.first == "." {
      guard let (precision, rest) = number(text.dropFirst()), precision <= JavaFormat.widthMax else { return nil }
      self.precision = precision
      text = rest
    }
    guard let letter = text.first, letter == "%" || "bhscdoxefgaBHSCXEGAn".contains(letter) else { return nil }
    text = text.dropFirst()
    isUppercase = letter.isUppercase
    conversion = Character(letter.lowercased())
    guard isConsistent else { return nil }
  }

  /// Whether flags, width and precision go with the conversion.
  private var isConsistent: Bool {
    let isWidthMissing = width == nil && (flags.contains("-") || flags.contains("0"))
    let isContradiction = flags.isSuperset(of: ["-", "0"]) || flags.isSuperset(of: ["+", " "])
    if isWidthMissing || isContradiction { return false }
    let allowed: Set<Character>
    switch conversion {
    case "n": return flags.isEmpty && width == nil && precision == nil
    case "%": allowed = ["-"]
    case "b", "h", "s", "c": allowed = ["-", "<"]
    case "d": allowed = ["-", "+", " ", "0", ",", "(", "<"]
    case "o", "x": allowed = ["-", "#", "0", "<"]
    case "e": allowed = ["-", "#", "+", " ", "0", "(", "<"]
    case "f": allowed = ["-", "#", "+", " ", "0", ",", "(", "<"]
    case "g": allowed = ["-", "+", " ", "0", ",", "(", "<"]
    default: allowed = ["-", "#", "+", " ", "0", "<"]
    }
    return flags.isSubset(of: allowed) && (precision == nil || !["%", "c", "d", "o", "x"].contains(conversion))
  }

  /// Filled up with blanks to the width, which counts as Java does, in units of UTF-16.
  fileprivate func justified(_ text: String) -> String {
    let blanks = String(repeating: " ", count: max(0, (width ?? 0) - text.utf16.count))
    return flags.contains("-") ? text + blanks : blanks + text
  }

  /// A text as it is, cut to the precision.
  private func plain(_ text: String) -> String {
    let cut = precision.map { String(decoding: text.utf16.prefix($0), as: UTF16.self) } ?? text
    return justified(isUppercase ? cut.uppercased() : cut)
  }

  fileprivate func format(_ argument: JavaFormat.Argument) -> String? {
    switch (conversion, argument) {
    case ("b", .null): return plain("false")
    case ("b", .boolean(let flag)): return plain(flag ? "true" : "false")
    case ("b", _): return plain("true")
    case (_, .null): return plain("null")
    case ("s", .boolean(let flag)): return plain(flag ? "true" : "false")
    case ("s", .integer(let value, _)): return plain("\(value)")
    case ("s", .floating(_, let text, _)), ("s", .other(let text, _)): return plain(text)
    case ("h", _): return argument.hash.flatMap { plain(String(UInt32(bitPattern: $0), radix: 16)) }
    case ("c", .integer(let value, let bits)):
      guard bits < 64, let scalar = UInt32(exactly: value).flatMap({ Unicode.Scalar($0) }) else { return nil }
      return plain(String(Character(scalar)))
    case ("d", .integer(let value, _)):
      return signed(isNegative: value < 0) { number(String(value.magnitude), behindSign: $0, room: width) }
    case ("o", .integer(let value, let bits)), ("x", .integer(let value, let bits)): return radix(value, bits)
    case ("e", .floating(let value, _, _)), ("f", .floating(let value, _, _)), ("g", .floating(let value, _, _)),
      ("a", .floating(let value, _, _)):
      return floating(value)
    default: return nil
    }
  }

  /// Octal or hexadecimal digits of the two's complement.
  private func radix(_ value: Int64, _ bits: Int) -> String {
    let pattern = UInt64(bitPattern: value) & (bits == 64 ? .max : 1 << UInt64(bits) - 1)
    let prefix = flags.contains("#") ? (conversion == "x" ? "0x" : "0") : ""
    let digits = String(pattern, radix: conversion == "x" ? 16 : 8)
    let zeros = flags.contains("0") ? max(0, (width ?? 0) - prefix.count - digits.count) : 0
    let text = prefix + String(repeating: "0", count: zeros) + digits
    return justified(isUppercase ? text.uppercased() : text)
  }

  /// With its sign around it. `magnitude` makes the digits, given how many characters stand before them.
  private func signed(isNegative: Bool, _ magnitude: (Int) -> String) -> String {
    let isEnclosed = isNegative && flags.contains("(")
    let sign = isEnclosed ? "(" : isNegative ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : ""
    return justified(sign + magnitude(sign.count + (isEnclosed ? 1 : 0)) + (isEnclosed ? ")" : ""))
  }

  /// Digits with a comma in front of every third one of the integer part, and zeros up to the width, as the flags say.
  private func number(_ digits: String, behindSign: Int, room: Int?) -> String {
    var text = digits
    if flags.contains(",") {
      let whole = Array(digits.prefix { $0 != "." })
      let grouped = whole.enumerated().map { index, digit in
        index > 0 && (whole.count - index) % 3 == 0 ? ",\(digit)" : "\(digit)"
      }
      text = grouped.joined() + digits.dropFirst(whole.count)
    }
    let zeros = flags.contains("0") ? max(0, (room ?? 0) - behindSign - text.count) : 0
    return String(repeating: "0", count: zeros) + text
  }

  private func floating(_ value: Double) -> String {
    if value.isNaN { return justified(isUppercase ? "NAN" : "NaN") }
    return signed(isNegative: value.sign == .minus) { behindSign in
      if value.isInfinite { return isUppercase ? "INFINITY" : "Infinity" }
      let magnitude = value.magnitude
      switch conversion {
      case "a": return hexadecimal(magnitude, behindSign: behindSign)
      case "e": return scientific(magnitude, digits: precision ?? 6, behindSign: behindSign)
      case "f": return fixed(DecimalDigits(magnitude), digits: precision ?? 6, behindSign: behindSign)
      default:
        let significant = max(precision ?? 6, 1)
        var digits = DecimalDigits(magnitude)
        digits.round(to: significant)
        // From a ten-thousandth on, and as far as the digits reach, without an exponent.
        let isPlain = magnitude == 0 || -4..<significant ~= digits.exponent - 1
        if !isPlain { return scientific(magnitude, digits: significant - 1, behindSign: behindSign) }
        return fixed(digits, digits: magnitude == 0 ? significant - 1 : significant - digits.exponent, behindSign: behindSign)
      }
    }
  }

  private func fixed(_ value: DecimalDigits, digits: Int, behindSign: Int) -> String {
    var value = value
    value.round(to: value.exponent + digits)
    let point = digits > 0 || flags.contains("#") ? "." : ""
    return number(value.whole + point + value.fraction(digits), behindSign: behindSign, room: width)
  }

  private func scientific(_ magnitude: Double, digits: Int, behindSign: Int) -> String {
    var value = DecimalDigits(magnitude)
    value.round(to: digits + 1)
    let exponent = magnitude == 0 ? 0 : value.exponent - 1
    value.exponent = 1
    let power = "\(exponent < 0 ? "-" : "+")\(exponent.magnitude < 10 ? "0" : "")\(exponent.magnitude)"
    let point = digits > 0 || flags.contains("#") ? "." : ""
    let mantissa = number(value.whole + point + value.fraction(digits), behindSign: behindSign, room: width.map { $0 - power.count - 1 })
    return mantissa + (isUppercase ? "E" : "e") + power
  }

  /// As `Double.toHexString`, the significand rounded half to even where there is a precision.
  private func hexadecimal(_ magnitude: Double, behindSign: Int) -> String {
    var significand = magnitude.significandBitPattern | (magnitude.isNormal ? 1 << 52 : 0)
    var exponent = magnitude == 0 ? 0 : magnitude.isNormal ? Int(magnitude.exponent) : -1022
    let count = precision.map { min(max($0, 1), 13) }
    if let count {
      let shift = UInt64(52 - 4 * count)
      let (kept, rest, half) = (significand >> shift, significand & (1 << shift - 1), shift > 0 ? UInt64(1) << (shift - 1) : 0)
      significand = (kept + (shift > 0 && (rest > half || rest == half && kept & 1 == 1) ? 1 : 0)) << shift
      if significand >> 53 != 0 { (significand, exponent) = (significand >> 1, exponent + 1) }
    }
    let bits = String(significand & (1 << 52 - 1), radix: 16)
    var digits = Substring(String(repeating: "0", count: 13 - bits.count) + bits)
    if let count { digits = digits.prefix(count) } else { while digits.count > 1, digits.last == "0" { digits.removeLast() } }
    let text = "\(significand >> 52).\(digits)p\(exponent)"
    let zeros = flags.contains("0") ? max(0, (width ?? 0) - behindSign - text.count - 2) : 0
    let whole = "0x" + String(repeating: "0", count: zeros) + text
    return isUppercase ? whole.uppercased() : whole
  }
}

/// A number that is not negative, by the fewest digits that tell it apart: `0.d1d2d3... * 10^exponent`.
private struct DecimalDigits {
  private var digits: [UInt8] = []
  var exponent = 0

  init(_ value: Double) {
    let parts = "\(value)".split(separator: "e")
    let mantissa = parts[0].split(separator: ".")
    let (whole, fraction) = (Array(mantissa[0].utf8), mantissa.count > 1 ? Array(mantissa[1].utf8) : [])
    digits = (whole + fraction).map { $0 - 48 }
    exponent = whole.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    let zeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(zeros)
    exponent = digits.isEmpty ? 0 : exponent - zeros
  }

  /// Half up, to so many digits.
  mutating func round(to count: Int) {
    guard count < digits.count else { return }
    let isUp = count >= 0 && digits[count] >= 5
    digits.removeSubrange(max(count, 0)...)
    guard isUp else { return }
    for index in digits.indices.reversed() {
      if digits[index] < 9 {
        digits[index] += 1
        return
      }
      digits[index] = 0
    }
    digits.insert(1, at: 0)
    exponent += 1
  }

  private func digit(_ place: Int) -> Character { digits.indices.contains(place) ? Character("\(digits[place])") : "0" }

  /// The digits before the point.
  var whole: String { exponent > 0 ? String((0..<exponent).map(digit)) : "0" }

  /// So many digits behind the point.
  func fraction(_ count: Int) -> String { String((0..<count).map { digit(exponent + $0) }) }
}
