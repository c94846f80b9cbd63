//  Values as Java's `toString` writes them, which is what Flink's print connector shows.

import Columnar

/// Bytes of UTF-8 text, and what to append to them.
struct PrintText {
  var bytes: [UInt8] = []

  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// `+I[a, b]`.
  mutating func appendRow(_ columns: [Column], _ types: [DataType], at row: Int, change: ChangeKind) {
    append(change.shortName)
    bytes.append(UInt8(ascii: "["))
    for index in columns.indices {
      if index > 0 { append(", ") }
      append(columns[index], types[index], at: row)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  mutating func append(_ column: Column, _ type: DataType, at row: Int) {
    guard column.isValid(row) else { return append("null") }
    switch column {
    case .bool(let column): append(column.values[row] ? "true" : "false")
    case .int8(let column): append(String(column.values[row]))
    case .int16(let column): append(String(column.values[row]))
    case .int32(let column): append32(column.values[row], type)
    case .int64(let column): append64(column.values[row], type)
    case .int128(let column): append(ValueText.decimal(column.values[row], type))
    case .float32(let column): append(ValueText.float(column.values[row]))
    case .float64(let column): append(ValueText.double(column.values[row]))
    case .bytes(let column):
      column.withBytes(at: row) { text in
        if type.isCharacter {
          bytes.append(contentsOf: text)
        } else {
          append("[" + text.map { String(Int8(bitPattern: $0)) }.joined(separator: ", ") + "]")
        }
      }
    case .list(let column): appendList(column, type, at: row)
    case .row(let column):
      guard case .row(let fields) = type else { preconditionFailure("a row column has a row type") }
      appendRow(column.children, fields.map(\.type), at: row, change: .insert)
    }
  }

  private mutating func append32(_ value: Int32, _ type: DataType) {
    switch type {
    case .date: append(ValueText.date(value))
    case .time: append(ValueText.time(value, omitsZeroSeconds: true))
    case .intervalMonths: append(ValueText.period(value))
    default: append(String(value))
    }
  }

  private mutating func append64(_ value: Int64, _ type: DataType) {
    switch type {
    case .timestamp: append(ValueText.timestamp(value, separator: "T", omitsZeroSeconds: true))
    case .timestampLTZ: append(ValueText.timestamp(value, separator: "T", omitsZeroSeconds: false) + "Z")
    case .intervalTime: append(ValueText.duration(value))
    case .decimal: append(ValueText.decimal(Int128(value), type))
    default: append(String(value))
    }
  }

  private mutating func appendList(_ column: ListColumn, _ type: DataType, at row: Int) {
    guard let element = type.listElement else { preconditionFailure("a list column has a list type") }
    let range = Int(column.offsets[row])..<Int(column.offsets[row + 1])
    var isMap = false
    if case .map = type { isMap = true }
    if case .multiset = type { isMap = true }
    bytes.append(UInt8(ascii: isMap ? "{" : "["))
    for index in range {
      if index > range.lowerBound { append(", ") }
      if isMap, case .row(let entries) = column.elements, case .row(let fields) = element {
        append(entries.children[0], fields[0].type, at: index)
        bytes.append(UInt8(ascii: "="))
        append(entries.children[1], fields[1].type, at: index)
      } else {
        append(column.elements, element, at: index)
      }
    }
    bytes.append(UInt8(ascii: isMap ? "}" : "]"))
  }
}
