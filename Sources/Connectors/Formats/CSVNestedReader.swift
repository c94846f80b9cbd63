//  ARRAY and ROW values in a CSV field: elements with a delimiter of their own between them. Deeper nesting has no form.

import Columnar

struct CSVNestedReader: NestedReader {
  let options: CSVOptions

  func append(_ text: UnsafeRawBufferPointer, _ type: DataType, to builder: ColumnBuilder) -> Bool {
    let parts = split(text)
    switch (builder, type) {
    case (.list(let list), .array(let element)):
      guard let values = scalars(parts, [DataType](repeating: element, count: parts.count)) else { return false }
      for value in values { list.elements.append(value) }
      list.endList()
      return true
    case (.row(let row), .row(let fields)):
      guard parts.count == fields.count, let values = scalars(parts, fields.map(\.type)) else { return false }
      for (child, value) in zip(row.children, values) { child.append(value) }
      row.endRow()
      return true
    default: return false
    }
  }

  private func split(_ text: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
    let delimiter = options.arrayDelimiter
    guard !delimiter.isEmpty else { return [text] }
    var parts: [UnsafeRawBufferPointer] = []
    var start = 0
    var at = 0
    while at + delimiter.count <= text.count {
      if text[at] == delimiter[0], text[at..<(at + delimiter.count)].elementsEqual(delimiter) {
        parts.append(UnsafeRawBufferPointer(rebasing: text[start..<at]))
        at += delimiter.count
        start = at
      } else {
        at += 1
      }
    }
    parts.append(UnsafeRawBufferPointer(rebasing: text[start...]))
    return parts
  }

  /// All values, or nil if one cannot be read.
  private func scalars(_ parts: [UnsafeRawBufferPointer], _ types: [DataType]) -> [Value]? {
    var values: [Value] = []
    for (part, type) in zip(parts, types) {
      let isNull = options.rules.nullLiteral.map { part.elementsEqual($0) } ?? false
      if isNull || (part.isEmpty && !type.isCharacter) {
        values.append(.null)
      } else if let value = ScalarText.value(part, type, rules: options.rules) {
        values.append(value)
      } else {
        return nil
      }
    }
    return values
  }
}

/// One scalar from its text; for values inside of nested ones.
enum ScalarText {
  static func value(_ text: UnsafeRawBufferPointer, _ type: DataType, rules: FieldRules) -> Value? {
    if type.isCharacter { return .string(String(decoding: text, as: UTF8.self)) }
    let inner = trimmed(text)
    switch type {
    case .boolean: return inner.withMemoryRebound(to: UInt8.self) { padded($0) { FieldParser.boolean($0, $1) } }.map { .boolean($0) }
    case .int8: return integer(inner, Int8.self, rules)
    case .int16: return integer(inner, Int16.self, rules)
    case .int32, .intervalMonths: return integer(inner, Int32.self, rules)
    case .int64: return integer(inner, Int64.self, rules)
    case .float32: return parseFloat(inner).map { .float($0) }
    case .float64: return parseDouble(inner).map { .double($0) }
    case .decimal(let precision, let scale): return parseDecimal(inner, precision: precision, scale: scale).map { .decimal($0) }
    case .date: return parseDate(inner).map { .integer(Int64($0)) }
    case .time:
      let clock = inner.last == UInt8(ascii: "Z") ? UnsafeRawBufferPointer(rebasing: inner.dropLast()) : inner
      return parseTime(clock).map { .integer(Int64($0)) }
    case .timestamp(let precision): return timestamp(inner, precision, isInstant: false, rules)
    case .timestampLTZ(let precision): return timestamp(inner, precision, isInstant: true, rules)
    case .intervalTime:
      guard let milliseconds = parseInt64(inner) else { return nil }
      let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1000)
      return overflow ? nil : .integer(product)
    case .binary, .varbinary:
      return inner.withMemoryRebound(to: UInt8.self) { Base64.decode($0) }.map { .bytes($0) }
    default: return nil
    }
  }

  private static func integer<Integer: FixedWidthInteger>(_ text: UnsafeRawBufferPointer, _: Integer.Type, _ rules: FieldRules) -> Value? {
    if let value = parseInt64(text) { return Integer(exactly: value).map { .integer(Int64($0)) } }
    guard rules.truncatesNumbers, let number = parseDouble(text) else { return nil }
    return Integer(exactly: number.rounded(.towardZero)).map { .integer(Int64($0)) }
  }

  private static func timestamp(_ text: UnsafeRawBufferPointer, _ precision: Int, isInstant: Bool, _ rules: FieldRules) -> Value? {
    var parser = FieldParser.Timestamp(separator: rules.timestampSeparator, isInstant: isInstant, precision: precision)
    return text.withMemoryRebound(to: UInt8.self) { padded($0) { parser.parse($0, $1) } }.map { .integer($0) }
  }

  /// Calls `body` with a copy of a short text that has the padding that the fast parsers read.
  private static func padded<Result>(_ text: UnsafeBufferPointer<UInt8>, _ body: (FieldBytes, Int) -> Result?) -> Result? {
    guard text.count <= 64 else { return nil }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 128) { copy in
      copy.initialize(repeating: 0)
      for (index, byte) in text.enumerated() { copy[index] = byte }
      return body(UnsafePointer(copy.baseAddress!), text.count)
    }
  }
}
