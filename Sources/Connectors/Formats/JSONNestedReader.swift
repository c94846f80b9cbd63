//  Reads a JSON value of any declared type, nested ones too, from its text. Strict where the scanner only counted
//  brackets: what is not JSON is a bad field.
//  Source: RFC 8259; Flink's JsonToRowDataConverters (missing fields are NULL, unknown ones are left out).

import Columnar

struct JSONNestedReader: NestedReader {
  let rules: FieldRules

  func append(_ text: UnsafeRawBufferPointer, _ type: DataType, to builder: ColumnBuilder) -> Bool {
    var parser = JSONParser(text, rules: rules)
    guard let value = parser.value(type, depth: 0), parser.isAtEnd else { return false }
    builder.append(value)
    return true
  }
}

/// A recursive-descent parser that gives values of declared types.
struct JSONParser {
  private let text: UnsafeRawBufferPointer
  private let rules: FieldRules
  private var at = 0

  init(_ text: UnsafeRawBufferPointer, rules: FieldRules) {
    self.text = text
    self.rules = rules
  }

  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return at == text.count
    }
  }

  private var next: UInt8 { at < text.count ? text[at] : 0 }

  private mutating func skipBlanks() {
    while at < text.count, text[at] == 32 || text[at] == 9 || text[at] == 13 || text[at] == 10 { at += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte, at < text.count else { return false }
    at += 1
    return true
  }

  private mutating func take(_ word: StaticString) -> Bool {
    guard text.count - at >= word.utf8CodeUnitCount else { return false }
    for index in 0..<word.utf8CodeUnitCount where text[at + index] != word.utf8Start[index] { return false }
    at += word.utf8CodeUnitCount
    return true
  }

  /// The value at the cursor as one of `type`; nil if it is not one. With `ignoresErrors` a value of another type is NULL.
  mutating func value(_ type: DataType, depth: Int) -> Value? {
    guard depth <= JSONScanner.maxDepth else { return nil }
    skipBlanks()
    if take("null") { return .null }
    let start = at
    let parsed: Value? =
      switch type {
      case .row(let fields): row(fields, depth)
      case .array(let element): array(element, depth)
      case .map(let key, let value): map(key, value, depth)
      case .multiset(let element): map(element, .int32, depth)
      default: scalar(type, depth)
      }
    if let parsed { return parsed }
    guard rules.ignoresErrors else { return nil }
    at = start
    return skip(depth) ? .null : nil
  }

  private mutating func scalar(_ type: DataType, _ depth: Int) -> Value? {
    if next == UInt8(ascii: "\"") {
      guard let string = string() else { return nil }
      return string.withUnsafeBytes { ScalarText.value($0, type, rules: rules) }
    }
    let start = at
    guard skip(depth) else { return nil }
    return ScalarText.value(UnsafeRawBufferPointer(rebasing: text[start..<at]), type, rules: rules)
  }

  private mutating func row(_ fields: [Field], _ depth: Int) -> Value? {
    var values = [Value](repeating: .null, count: fields.count)
    let isObject = members { parser, key in
      guard let index = fields.firstIndex(where: { $0.name == key }) else { return parser.skip(depth + 1) }
      guard let value = parser.value(fields[index].type, depth: depth + 1) else { return false }
      values[index] = value
      return true
    }
    return isObject ? .row(values) : nil
  }

  private mutating func map(_ key: DataType, _ type: DataType, _ depth: Int) -> Value? {
    var entries: [Value] = []
    var places: [Value: Int] = [:]
    let rules = rules
    let isObject = members { parser, name in
      guard let key = Array(name.utf8).withUnsafeBytes({ ScalarText.value($0, key, rules: rules) }) else { return false }
      guard let value = parser.value(type, depth: depth + 1) else { return false }
      if let place = places[key] {
        entries[place] = .row([key, value])
      } else {
        places[key] = entries.count
        entries.append(.row([key, value]))
      }
      return true
    }
    return isObject ? .list(entries) : nil
  }

  private mutating func array(_ element: DataType, _ depth: Int) -> Value? {
    guard take(UInt8(ascii: "[")) else { return nil }
    var values: [Value] = []
    skipBlanks()
    if take(UInt8(ascii: "]")) { return .list([]) }
    while true {
      guard let value = value(element, depth: depth + 1) else { return nil }
      values.append(value)
      skipBlanks()
      if take(UInt8(ascii: "]")) { return .list(values) }
      guard take(UInt8(ascii: ",")) else { return nil }
    }
  }

  /// Reads an object; `body` reads each value and gives false where it cannot.
  private mutating func members(_ body: (inout JSONParser, String) -> Bool) -> Bool {
    guard take(UInt8(ascii: "{")) else { return false }
    skipBlanks()
    if take(UInt8(ascii: "}")) { return true }
    while true {
      skipBlanks()
      guard let key = string() else { return false }
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { return false }
      skipBlanks()
      guard body(&self, String(decoding: key, as: UTF8.self)) else { return false }
      skipBlanks()
      if take(UInt8(ascii: "}")) { return true }
      guard take(UInt8(ascii: ",")) else { return false }
    }
  }

  /// The bytes of a string, escapes taken out; nil if it is none, or not UTF-8.
  private mutating func string() -> [UInt8]? {
    guard next == UInt8(ascii: "\"") else { return nil }
    var end = at + 1
    while end < text.count, text[end] != UInt8(ascii: "\"") { end += text[end] == UInt8(ascii: "\\") ? 2 : 1 }
    guard end < text.count else { return nil }
    var copy = Array(text[(at + 1)...end])
    let count = copy.count
    let close = copy.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { JSONString.unescape($0, from: 0, limit: count) } }
    guard let close else { return nil }
    at += 1 + close.next
    copy.removeSubrange(close.end...)
    return copy.withUnsafeBufferPointer { JSONString.isUTF8($0) } ? copy : nil
  }

  /// Moves behind a value of any type.
  private mutating func skip(_ depth: Int) -> Bool {
    guard depth <= JSONScanner.maxDepth else { return false }
    skipBlanks()
    switch next {
    case UInt8(ascii: "\""): return string() != nil
    case UInt8(ascii: "{"): return members { parser, _ in parser.skip(depth + 1) }
    case UInt8(ascii: "["):
      at += 1
      skipBlanks()
      if take(UInt8(ascii: "]")) { return true }
      while true {
        guard skip(depth + 1) else { return false }
        skipBlanks()
        if take(UInt8(ascii: "]")) { return true }
        guard take(UInt8(ascii: ",")) else { return false }
      }
    case UInt8(ascii: "t"): return take("true")
    case UInt8(ascii: "f"): return take("false")
    case UInt8(ascii: "n"): return take("null")
    default:
      let start = at
      while at < text.count, text[at] &- 48 < 10 || "+-.eE".utf8.contains(text[at]) { at += 1 }
      return at > start && parseDouble(UnsafeRawBufferPointer(rebasing: text[start..<at])) != nil
    }
  }
}
