//  A cell of a column as JSON, as Flink's JSON functions write it.

import Columnar

extension Column {
  /// Appends the value of a row: numbers and booleans as they are, bytes in base 64, all else that
  /// is no collection as a string; NULL as `null`.
  func appendJSON(row: Int, type: DataType, into text: inout [UInt8]) {
    guard isValid(row) else { return text.append(contentsOf: "null".utf8) }
    switch (self, type) {
    case (.bool, _): appendText(row: row, type: type, style: .java, into: &text)
    case (.list(let column), .array(let element)):
      text.append(UInt8(ascii: "["))
      for index in column.range(row) {
        if index > column.range(row).lowerBound { text.append(UInt8(ascii: ",")) }
        column.elements.appendJSON(row: index, type: element, into: &text)
      }
      text.append(UInt8(ascii: "]"))
    case (.list(let column), _):
      guard case .row(let fields) = type.listElement, case .row(let entries) = column.elements else {
        preconditionFailure("a list that is no array holds rows")
      }
      text.append(UInt8(ascii: "{"))
      for index in column.range(row) {
        if index > column.range(row).lowerBound { text.append(UInt8(ascii: ",")) }
        entries.children[0].appendQuoted(row: index, type: fields[0].type, into: &text)
        text.append(UInt8(ascii: ":"))
        entries.children[1].appendJSON(row: index, type: fields[1].type, into: &text)
      }
      text.append(UInt8(ascii: "}"))
    case (.bytes(let column), .binary), (.bytes(let column), .varbinary):
      text.append(UInt8(ascii: "\""))
      column.withBytes(at: row) { FunctionLibrary.appendBase64($0, into: &text) }
      text.append(UInt8(ascii: "\""))
    case (.row(let column), .row(let fields)):
      text.append(UInt8(ascii: "{"))
      for (index, field) in fields.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        JSONValue.appendQuoted(Array(field.name.utf8), to: &text)
        text.append(UInt8(ascii: ":"))
        column.children[index].appendJSON(row: row, type: field.type, into: &text)
      }
      text.append(UInt8(ascii: "}"))
    default:
      if type.isNumeric {
        appendText(row: row, type: type, style: .sql, into: &text)
      } else {
        appendQuoted(row: row, type: type, into: &text)
      }
    }
  }

  private func appendQuoted(row: Int, type: DataType, into text: inout [UInt8]) {
    var plain: [UInt8] = []
    appendText(row: row, type: type, style: .sql, into: &plain)
    JSONValue.appendQuoted(plain, to: &text)
  }
}

extension ListColumn {
  fileprivate func range(_ row: Int) -> Range<Int> { Int(offsets[row])..<Int(offsets[row + 1]) }
}
