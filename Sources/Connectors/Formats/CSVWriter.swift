//  Writes CSV. Quotes stand where Jackson's generator, and so Flink, puts them: around text that is longer than 24
//  characters or holds a byte up to the greatest special one (the delimiter, the quote, the escape, a line break).

import Columnar
import Dataflow

struct CSVWriter: RecordWriter {
  private let options: CSVOptions
  private let types: [DataType]
  /// Text with a byte below this one is quoted.
  private let firstSafeByte: UInt8
  private static let unquotedLengthMax = 24

  init(_ schema: Schema, _ options: CSVOptions) throws(OperatorError) {
    self.options = options
    types = schema.fields.map(\.type)
    firstSafeByte = max(options.delimiter, options.quote ?? 0, options.escape ?? 0, 13) &+ 1
    for field in schema.fields where !Self.isWritable(field.type) {
      throw OperatorError(.user, .never, "format \"csv\" cannot hold column \"\(field.name)\" of type \(field.type)")
    }
  }

  private static func isWritable(_ type: DataType) -> Bool {
    switch type {
    case .map, .multiset: false
    case .array(let element): element.layout != .list && element.layout != .row
    case .row(let fields): fields.allSatisfy { $0.type.layout != .list && $0.type.layout != .row }
    default: true
    }
  }

  func append(_ batch: RecordBatch, row: Int, into text: inout [UInt8]) throws(OperatorError) {
    for index in types.indices {
      if index > 0 { text.append(options.delimiter) }
      let column = batch.columns[index]
      guard column.isValid(row) else {
        if let literal = options.rules.nullLiteral { text.append(contentsOf: literal) }
        continue
      }
      let start = text.count
      appendValue(column, types[index], row, into: &text)
      if options.quote != nil, mayNeedQuotes(types[index]) { quoteIfNeeded(&text, from: start) }
    }
    text.append(UInt8(ascii: "\n"))
  }

  private func mayNeedQuotes(_ type: DataType) -> Bool {
    switch type {
    case .boolean, .int8, .int16, .int32, .int64, .float32, .float64, .decimal: false
    default: true
    }
  }

  private func appendValue(_ column: Column, _ type: DataType, _ row: Int, into text: inout [UInt8]) {
    switch (column, type) {
    case (.int32(let column), .time): text.appendTimeShortest(milliseconds: column.values[row])
    case (.int64(let column), .timestamp): text.appendTimestampShortest(microseconds: column.values[row])
    case (.int64(let column), .timestampLTZ):
      text.appendTimestampShortest(microseconds: column.values[row])
      text.append(UInt8(ascii: "Z"))
    case (.int64(let column), .intervalTime): text.appendInteger(column.values[row] / Microseconds.perMillisecond)
    case (.int32(let column), .intervalMonths): text.appendInteger(Int64(column.values[row]))
    case (.bytes(let column), .binary), (.bytes(let column), .varbinary):
      column.withBytes(at: row) { Base64.encode($0, into: &text) }
    case (.list(let column), .array(let element)):
      let range = Int(column.offsets[row])..<Int(column.offsets[row + 1])
      for index in range {
        if index > range.lowerBound { text.append(contentsOf: options.arrayDelimiter) }
        appendElement(column.elements, element, index, into: &text)
      }
    case (.row(let column), .row(let fields)):
      for (index, field) in fields.enumerated() {
        if index > 0 { text.append(contentsOf: options.arrayDelimiter) }
        appendElement(column.children[index], field.type, row, into: &text)
      }
    default: column.appendText(row: row, type: type, style: .java, into: &text)
    }
  }

  private func appendElement(_ column: Column, _ type: DataType, _ row: Int, into text: inout [UInt8]) {
    if column.isValid(row) {
      appendValue(column, type, row, into: &text)
    } else if let literal = options.rules.nullLiteral {
      text.append(contentsOf: literal)
    }
  }

  /// Quotes what stands at the end of `text`, if it has to be.
  private func quoteIfNeeded(_ text: inout [UInt8], from start: Int) {
    guard let quote = options.quote, text.count > start else { return }
    let end = text.count
    guard end - start > Self.unquotedLengthMax || (start..<end).contains(where: { text[$0] < firstSafeByte }) else { return }
    if (start..<end).contains(where: { text[$0] == quote || text[$0] == options.escape }) {
      let field = Array(text[start...])
      text.removeSubrange(start...)
      for byte in field {
        if byte == quote || byte == options.escape { text.append(options.escape ?? quote) }
        text.append(byte)
      }
    }
    // No slice of the text is held here: it would make the insertion copy everything written so far.
    text.insert(quote, at: start)
    text.append(quote)
  }
}
