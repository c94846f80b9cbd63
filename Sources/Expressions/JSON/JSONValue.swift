//  JSON text as a tree, and back. Numbers keep their text: `1.50` stays so. Source: RFC 8259; writing follows Flink, which sorts keys.

import Columnar

enum JSONValue {
  case null
  case boolean(Bool)
  /// As it is written.
  case number([UInt8])
  /// UTF-8, escapes resolved.
  case string([UInt8])
  case array([JSONValue])
  /// Each key once, with the value that it had last.
  case object([[UInt8]: JSONValue])

  /// Arrays and objects within each other that a text may have.
  static let depthMax = 500

  /// Nil if the bytes do not begin with a JSON value; what stands behind it is not looked at, as in Flink.
  init?(_ bytes: UnsafeRawBufferPointer) {
    var parser = JSONParser(bytes: bytes)
    guard let value = parser.value(depth: 0) else { return nil }
    self = value
  }

  var isContainer: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }

  var isNull: Bool { if case .null = self { true } else { false } }

  func append(to text: inout [UInt8]) {
    switch self {
    case .null: text.append(contentsOf: "null".utf8)
    case .boolean(let flag): text.append(contentsOf: (flag ? "true" : "false").utf8)
    case .number(let digits): Self.appendNumber(digits, to: &text)
    case .string(let string): Self.appendQuoted(string, to: &text)
    case .array(let elements):
      text.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        element.append(to: &text)
      }
      text.append(UInt8(ascii: "]"))
    case .object(let members):
      text.append(UInt8(ascii: "{"))
      let sorted = members.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      for (index, (key, value)) in sorted.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        Self.appendQuoted(key, to: &text)
        text.append(UInt8(ascii: ":"))
        value.append(to: &text)
      }
      text.append(UInt8(ascii: "}"))
    }
  }

  static func appendQuoted(_ string: [UInt8], to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for byte in string {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(contentsOf: [UInt8(ascii: "\\"), byte])
      case 8: text.append(contentsOf: "\\b".utf8)
      case 9: text.append(contentsOf: "\\t".utf8)
      case 10: text.append(contentsOf: "\\n".utf8)
      case 12: text.append(contentsOf: "\\f".utf8)
      case 13: text.append(contentsOf: "\\r".utf8)
      case 0..<32: text.append(contentsOf: "\\u00".utf8 + [upperDigit(byte >> 4), upperDigit(byte & 15)])
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }

  /// Integers without the sign of zero; others as Java's BigDecimal writes them: `1.50`, `1E+2`.
  static func appendNumber(_ digits: [UInt8], to text: inout [UInt8]) {
    guard digits.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }) else {
      return text.append(contentsOf: digits == Array("-0".utf8) ? [48] : digits)
    }
    let mark = digits.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? digits.endIndex
    let isNegative = digits[0] == UInt8(ascii: "-")
    let mantissa = digits[(isNegative ? 1 : 0)..<mark]
    let exponent = mark < digits.endIndex ? Int(String(decoding: digits[(mark + 1)...], as: UTF8.self)) ?? 0 : 0
    let point = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.endIndex
    let fraction = mantissa.endIndex - min(point + 1, mantissa.endIndex)
    var unscaled = mantissa.filter { $0 != UInt8(ascii: ".") }
    while unscaled.count > 1, unscaled[0] == 48 { unscaled.removeFirst() }
    let scale = fraction - exponent
    let adjusted = unscaled.count - 1 - scale
    if isNegative { text.append(UInt8(ascii: "-")) }
    if scale >= 0, adjusted >= -6 {
      let missing = scale + 1 - unscaled.count
      if missing > 0 { unscaled.insert(contentsOf: repeatElement(48, count: missing), at: 0) }
      text.append(contentsOf: unscaled.dropLast(scale))
      if scale > 0 { text.append(contentsOf: [UInt8(ascii: ".")] + unscaled.suffix(scale)) }
      return
    }
    text.append(unscaled[0])
    if unscaled.count > 1 { text.append(contentsOf: [UInt8(ascii: ".")] + unscaled.dropFirst()) }
    text.append(UInt8(ascii: "E"))
    text.append(UInt8(ascii: adjusted < 0 ? "-" : "+"))
    text.appendInteger(magnitude: UInt64(adjusted.magnitude))
  }
}

private struct JSONParser {
  let bytes: UnsafeRawBufferPointer
  var position = 0

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let byte = current, byte == 32 || byte == 9 || byte == 10 || byte == 13 { position += 1 }
  }

  private mutating func accept(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard current == byte else { return false }
    position += 1
    return true
  }

  mutating func value(depth: Int) -> JSONValue? {
    skipBlanks()
    guard let byte = current, depth < JSONValue.depthMax else { return nil }
    switch byte {
    case UInt8(ascii: "{"):
      position += 1
      var members: [[UInt8]: JSONValue] = [:]
      if accept(UInt8(ascii: "}")) { return .object(members) }
      repeat {
        skipBlanks()
        guard current == UInt8(ascii: "\""), let key = string(), accept(UInt8(ascii: ":")), let member = value(depth: depth + 1) else {
          return nil
        }
        members[key] = member
      } while accept(UInt8(ascii: ","))
      return accept(UInt8(ascii: "}")) ? .object(members) : nil
    case UInt8(ascii: "["):
      position += 1
      var elements: [JSONValue] = []
      if accept(UInt8(ascii: "]")) { return .array(elements) }
      repeat {
        guard let element = value(depth: depth + 1) else { return nil }
        elements.append(element)
      } while accept(UInt8(ascii: ","))
      return accept(UInt8(ascii: "]")) ? .array(elements) : nil
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "t"): return word("true") ? .boolean(true) : nil
    case UInt8(ascii: "f"): return word("false") ? .boolean(false) : nil
    case UInt8(ascii: "n"): return word("null") ? .null : nil
    default: return number().map { .number($0) }
    }
  }

  /// A word that no letter or digit follows.
  private mutating func word(_ word: StaticString) -> Bool {
    let expected = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard isPrefix(expected, of: bytes, at: position) else { return false }
    position += expected.count
    return isAtEnd
  }

  private var isAtEnd: Bool {
    guard let byte = current else { return true }
    return !((byte | 0x20) &- 97 < 26 || byte &- 48 < 10 || byte == UInt8(ascii: "_") || byte >= 0x80)
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = current, byte &- 48 < 10 { position += 1 }
    return position - start
  }

  private mutating func number() -> [UInt8]? {
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    let first = current
    let whole = digits()
    guard whole > 0, whole == 1 || first != 48 else { return nil }
    if current == UInt8(ascii: ".") {
      position += 1
      guard digits() > 0 else { return nil }
    }
    if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      let length = digits()
      // More digits of an exponent would only make text without end of a number.
      guard length > 0, length <= 6 else { return nil }
    }
    return isAtEnd ? Array(bytes[start..<position]) : nil
  }

  private mutating func string() -> [UInt8]? {
    position += 1
    var result: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return result
      case UInt8(ascii: "\\"):
        guard let escaped = current else { return nil }
        position += 1
        switch escaped {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escaped)
        case UInt8(ascii: "b"): result.append(8)
        case UInt8(ascii: "f"): result.append(12)
        case UInt8(ascii: "n"): result.append(10)
        case UInt8(ascii: "r"): result.append(13)
        case UInt8(ascii: "t"): result.append(9)
        case UInt8(ascii: "u"):
          guard let unit = codeUnit() else { return nil }
          var units = [unit]
          if UTF16.isLeadSurrogate(unit), current == UInt8(ascii: "\\"), position + 1 < bytes.count,
            bytes[position + 1] == UInt8(ascii: "u")
          {
            position += 2
            guard let low = codeUnit() else { return nil }
            units.append(low)
          }
          result.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
        default: return nil
        }
      case 0..<32: return nil
      default: result.append(byte)
      }
    }
    return nil
  }

  private mutating func codeUnit() -> UInt16? {
    guard position + 4 <= bytes.count else { return nil }
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = hexadecimalValue(bytes[position]) else { return nil }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}
