//  Writes JSON objects as Jackson, and so Flink, writes them: no blanks, NULL fields unless they are left out, numbers
//  that JSON cannot hold as strings.

import Columnar
import Dataflow

struct JSONWriter: RecordWriter {
  let options: JSONOptions
  private let fields: [Field]

  init(_ schema: Schema, _ options: JSONOptions) {
    self.options = options
    fields = schema.fields
  }

  func append(_ batch: RecordBatch, row: Int, into text: inout [UInt8]) throws(OperatorError) {
    try appendObject(batch.columns, row, into: &text)
    text.append(UInt8(ascii: "\n"))
  }

  func appendObject(_ columns: [Column], _ row: Int, into text: inout [UInt8]) throws(OperatorError) {
    try appendObject(columns, fields, row, into: &text)
  }

  private func appendObject(_ columns: [Column], _ fields: [Field], _ row: Int, into text: inout [UInt8]) throws(OperatorError) {
    text.append(UInt8(ascii: "{"))
    var isFirst = true
    for index in fields.indices {
      if options.omitsNulls, !columns[index].isValid(row) { continue }
      if !isFirst { text.append(UInt8(ascii: ",")) }
      isFirst = false
      var name = fields[index].name
      name.withUTF8 { Self.appendString(UnsafeRawBufferPointer($0), into: &text) }
      text.append(UInt8(ascii: ":"))
      try appendValue(columns[index], fields[index].type, row, into: &text)
    }
    text.append(UInt8(ascii: "}"))
  }

  private func appendValue(_ column: Column, _ type: DataType, _ row: Int, into text: inout [UInt8]) throws(OperatorError) {
    guard column.isValid(row) else { return text.appendASCII("null") }
    switch (column, type) {
    case (.float32(let column), _): appendNumber(column.values[row].isFinite, into: &text) { $0.appendFloat(column.values[row]) }
    case (.float64(let column), _): appendNumber(column.values[row].isFinite, into: &text) { $0.appendDouble(column.values[row]) }
    case (.int64(let column), .decimal(_, let scale)): appendDecimal(Int128(column.values[row]), scale, into: &text)
    case (.int128(let column), .decimal(_, let scale)): appendDecimal(column.values[row], scale, into: &text)
    case (.int64(let column), .timestamp):
      text.append(UInt8(ascii: "\""))
      text.appendTimestampShortest(microseconds: column.values[row], separator: options.timestampSeparator)
      text.append(UInt8(ascii: "\""))
    case (.int64(let column), .timestampLTZ):
      text.append(UInt8(ascii: "\""))
      text.appendTimestampShortest(microseconds: column.values[row], separator: options.timestampSeparator)
      text.appendASCII("Z\"")
    case (.int32(let column), .time):
      text.append(UInt8(ascii: "\""))
      text.appendTimeShortest(milliseconds: column.values[row])
      text.append(UInt8(ascii: "\""))
    case (.int32(let column), .date):
      text.append(UInt8(ascii: "\""))
      text.appendDate(days: Int64(column.values[row]))
      text.append(UInt8(ascii: "\""))
    case (.int64(let column), .intervalTime): text.appendInteger(column.values[row] / Microseconds.perMillisecond)
    case (.int32(let column), .intervalMonths): text.appendInteger(Int64(column.values[row]))
    case (.bytes(let column), _):
      column.withBytes(at: row) { bytes in
        if type.isCharacter { return Self.appendString(bytes, into: &text) }
        text.append(UInt8(ascii: "\""))
        Base64.encode(bytes, into: &text)
        text.append(UInt8(ascii: "\""))
      }
    case (.row(let column), .row(let fields)): try appendObject(column.children, fields, row, into: &text)
    case (.list(let column), .array(let element)):
      let range = Int(column.offsets[row])..<Int(column.offsets[row + 1])
      text.append(UInt8(ascii: "["))
      for index in range {
        if index > range.lowerBound { text.append(UInt8(ascii: ",")) }
        try appendValue(column.elements, element, index, into: &text)
      }
      text.append(UInt8(ascii: "]"))
    case (.list(let column), _): try appendMap(column, type, row, into: &text)
    default: column.appendText(row: row, type: type, style: .java, into: &text)
    }
  }

  private func appendNumber(_ isFinite: Bool, into text: inout [UInt8], _ append: (inout [UInt8]) -> Void) {
    if !isFinite { text.append(UInt8(ascii: "\"")) }
    append(&text)
    if !isFinite { text.append(UInt8(ascii: "\"")) }
  }

  /// As `BigDecimal.toString`: with an exponent below 1E-6, unless plain numbers are asked for.
  private func appendDecimal(_ unscaled: Int128, _ scale: Int, into text: inout [UInt8]) {
    let digits = Array(String(unscaled.magnitude).utf8)
    let exponent = digits.count - 1 - scale
    if options.writesPlainDecimals || exponent >= -6 || scale == 0 { return text.appendDecimal(unscaled, scale: scale) }
    if unscaled < 0 { text.append(UInt8(ascii: "-")) }
    text.append(digits[0])
    if digits.count > 1 {
      text.append(UInt8(ascii: "."))
      text.append(contentsOf: digits[1...])
    }
    text.append(UInt8(ascii: "E"))
    text.appendInteger(Int64(exponent))
  }

  private func appendMap(_ column: ListColumn, _ type: DataType, _ row: Int, into text: inout [UInt8]) throws(OperatorError) {
    guard case .row(let fields) = type.listElement, case .row(let entries) = column.elements else {
      preconditionFailure("a list that is no array holds rows")
    }
    text.append(UInt8(ascii: "{"))
    var isFirst = true
    for index in Int(column.offsets[row])..<Int(column.offsets[row + 1]) {
      var key: [UInt8] = []
      if entries.children[0].isValid(index) {
        entries.children[0].appendText(row: index, type: fields[0].type, style: .java, into: &key)
      } else {
        switch options.nullKey {
        case .drop: continue
        case .literal(let literal): key = Array(literal.utf8)
        case .fail:
          throw OperatorError(
            .user, .never,
            "JSON has no NULL key, but a map has one; set \"map-null-key.mode\" to \"DROP\" or \"LITERAL\" to write it")
        }
      }
      if options.omitsNulls, !entries.children[1].isValid(index) { continue }
      if !isFirst { text.append(UInt8(ascii: ",")) }
      isFirst = false
      key.withUnsafeBytes { Self.appendString($0, into: &text) }
      text.append(UInt8(ascii: ":"))
      try appendValue(entries.children[1], fields[1].type, index, into: &text)
    }
    text.append(UInt8(ascii: "}"))
  }

  /// In quotes, with the escapes that JSON needs.
  static func appendString(_ bytes: UnsafeRawBufferPointer, into text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    var start = 0
    for index in bytes.indices {
      let byte = bytes[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
      text.append(contentsOf: bytes[start..<index])
      start = index + 1
      switch byte {
      case 8: text.appendASCII("\\b")
      case 9: text.appendASCII("\\t")
      case 10: text.appendASCII("\\n")
      case 12: text.appendASCII("\\f")
      case 13: text.appendASCII("\\r")
      case 0..<0x20:
        text.appendASCII("\\u00")
        for nibble in [byte >> 4, byte & 15] { text.append(nibble < 10 ? nibble + 48 : nibble + 55) }
      default:
        text.append(UInt8(ascii: "\\"))
        text.append(byte)
      }
    }
    text.append(contentsOf: bytes[start...])
    text.append(UInt8(ascii: "\""))
  }
}

/// Writes each change as an event: what is added as `c` with the row after it, what is taken away as `d` with the row before.
struct DebeziumWriter: RecordWriter {
  private let writer: JSONWriter

  init(_ schema: Schema, _ options: JSONOptions) { writer = JSONWriter(schema, options) }

  func append(_ batch: RecordBatch, row: Int, into text: inout [UInt8]) throws(OperatorError) {
    let isAdded = batch.change(row).sign > 0
    if isAdded {
      text.appendASCII(writer.options.omitsNulls ? "{\"after\":" : "{\"before\":null,\"after\":")
    } else {
      text.appendASCII("{\"before\":")
    }
    try writer.appendObject(batch.columns, row, into: &text)
    if !isAdded, !writer.options.omitsNulls { text.appendASCII(",\"after\":null") }
    text.appendASCII(isAdded ? ",\"op\":\"c\"}\n" : ",\"op\":\"d\"}\n")
  }
}
