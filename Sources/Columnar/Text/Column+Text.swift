//  A cell of a column as text, as Flink shows it: cast to STRING, or printed by the print connector.

/// Two ways in which Flink writes values.
public enum TextStyle: Sendable {
  /// `CAST(... AS STRING)` and the SQL client: `TRUE`, `2024-01-01 00:00:00.000`, `(1, a)`, `NULL`.
  case sql
  /// `Row.toString`, which the print connector uses: `true`, `2024-01-01T00:00`, `+I[1, a]`, `null`.
  case java
}

extension Column {
  /// Appends the value of a row. TIMESTAMP_LTZ is shown in UTC; shift the column first to show it in another zone.
  public func appendText(row: Int, type: DataType, style: TextStyle, into text: inout [UInt8]) {
    guard isValid(row) else {
      return style == .sql ? text.appendASCII("NULL") : text.appendASCII("null")
    }
    switch self {
    case .bool(let column):
      let flag = column.values[row]
      switch style {
      case .sql: flag ? text.appendASCII("TRUE") : text.appendASCII("FALSE")
      case .java: flag ? text.appendASCII("true") : text.appendASCII("false")
      }
    case .int8(let column): text.appendInteger(Int64(column.values[row]))
    case .int16(let column): text.appendInteger(Int64(column.values[row]))
    case .int32(let column): text.appendInteger32(column.values[row], type: type, style: style)
    case .int64(let column): text.appendInteger64(column.values[row], type: type, style: style)
    case .int128(let column): text.appendDecimal(column.values[row], scale: type.scale)
    case .float32(let column): text.appendFloat(column.values[row])
    case .float64(let column): text.appendDouble(column.values[row])
    case .bytes(let column):
      column.withBytes(at: row) { bytes in
        if type.isCharacter { text.append(contentsOf: bytes) } else { text.appendBinary(bytes, style: style) }
      }
    case .list(let column): column.appendText(row: row, type: type, style: style, into: &text)
    case .row(let column):
      guard case .row(let fields) = type else { preconditionFailure("a row column has a row type") }
      if style == .sql { text.appendASCII("(") } else { text.appendASCII("+I[") }
      for (index, field) in fields.enumerated() {
        if index > 0 { text.appendASCII(", ") }
        column.children[index].appendText(row: row, type: field.type, style: style, into: &text)
      }
      if style == .sql { text.appendASCII(")") } else { text.appendASCII("]") }
    }
  }
}

extension ListColumn {
  fileprivate func appendText(row: Int, type: DataType, style: TextStyle, into text: inout [UInt8]) {
    let range = Int(offsets[row])..<Int(offsets[row + 1])
    if case .array(let element) = type {
      text.append(UInt8(ascii: "["))
      for index in range {
        if index > range.lowerBound { text.appendASCII(", ") }
        elements.appendText(row: index, type: element, style: style, into: &text)
      }
      return text.append(UInt8(ascii: "]"))
    }
    guard case .row(let fields) = type.listElement, case .row(let entries) = elements else {
      preconditionFailure("a list that is no array holds rows")
    }
    text.append(UInt8(ascii: "{"))
    for index in range {
      if index > range.lowerBound { text.appendASCII(", ") }
      entries.children[0].appendText(row: index, type: fields[0].type, style: style, into: &text)
      text.append(UInt8(ascii: "="))
      entries.children[1].appendText(row: index, type: fields[1].type, style: style, into: &text)
    }
    text.append(UInt8(ascii: "}"))
  }
}

extension DataType {
  /// Digits behind the point of a decimal; 0 for any other type.
  @inlinable public var scale: Int {
    if case .decimal(_, let scale) = self { scale } else { 0 }
  }
}

extension [UInt8] {
  fileprivate mutating func appendInteger32(_ value: Int32, type: DataType, style: TextStyle) {
    switch (type, style) {
    case (.date, _): appendDate(days: Int64(value))
    case (.time(let precision), .sql): appendTime(milliseconds: Int64(value), precision: precision)
    case (.time, .java): appendJavaTime(microsecondsOfDay: floorModulo(Int64(value), 86_400_000) * Microseconds.perMillisecond)
    case (.intervalMonths, _): appendInterval(months: Int64(value))
    default: appendInteger(Int64(value))
    }
  }

  fileprivate mutating func appendInteger64(_ value: Int64, type: DataType, style: TextStyle) {
    switch (type, style) {
    case (.timestamp(let precision), .sql), (.timestampLTZ(let precision), .sql): appendTimestamp(microseconds: value, precision: precision)
    case (.timestamp, .java): appendJavaTimestamp(microseconds: value)
    case (.timestampLTZ, .java): appendJavaInstant(microseconds: value)
    case (.intervalTime, _): appendInterval(microseconds: value)
    case (.decimal(_, let scale), _): appendDecimal(Int128(value), scale: scale)
    default: appendInteger(value)
    }
  }

  /// `x'0102ff'`, or a Java array of signed bytes: `[1, 2, -1]`.
  fileprivate mutating func appendBinary(_ bytes: UnsafeRawBufferPointer, style: TextStyle) {
    switch style {
    case .sql:
      appendASCII("x'")
      appendHexadecimal(bytes)
      append(UInt8(ascii: "'"))
    case .java:
      append(UInt8(ascii: "["))
      for (index, byte) in bytes.enumerated() {
        if index > 0 { appendASCII(", ") }
        appendInteger(Int64(Int8(bitPattern: byte)))
      }
      append(UInt8(ascii: "]"))
    }
  }

  /// Two lower-case digits a byte.
  public mutating func appendHexadecimal(_ bytes: UnsafeRawBufferPointer) {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? value + 48 : value + 87 }
    for byte in bytes {
      append(digit(byte >> 4))
      append(digit(byte & 15))
    }
  }
}

extension RecordBatch: CustomStringConvertible {
  /// One row a line, as the print connector shows it. For messages and tests.
  public var description: String {
    var text: [UInt8] = []
    for row in 0..<rowCount {
      if row > 0 { text.append(10) }
      text.append(contentsOf: change(row).shortName.utf8)
      text.append(UInt8(ascii: "["))
      for (index, field) in schema.fields.enumerated() {
        if index > 0 { text.appendASCII(", ") }
        columns[index].appendText(row: row, type: field.type, style: .java, into: &text)
      }
      text.append(UInt8(ascii: "]"))
    }
    return String(decoding: text, as: UTF8.self)
  }
}
