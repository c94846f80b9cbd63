//  Casts to strings and bytes.

import Columnar

extension Casting {
  /// The text in SQL's style; CHAR(n) is padded with blanks to n characters, and nothing is longer than n.
  func toText(length: Int) throws(EvaluationError) -> Datum {
    let isPadded = if case .char = target { true } else { false }
    if case .bytes(let column) = arguments[0].column, !isPadded, length == DataType.unlimitedLength {
      return arguments.result(.bytes(column))
    }
    let column = localized().column
    let isBinary = !source.isCharacter && column.layout == .bytes
    return try arguments.mapToBytes { row, text in
      let row = arguments[0].index(row)
      if isBinary, case .bytes(let bytes) = column {
        bytes.withBytes(at: row) { text.append(contentsOf: $0) }
      } else {
        column.appendText(row: row, type: source, style: .sql, into: &text)
      }
      fit(&text, characters: length, isPadded: isPadded)
      return true
    }
  }

  /// TIMESTAMP_LTZ as the session's local time; anything else as it is.
  private func localized() -> Datum {
    guard case .timestampLTZ = source else { return arguments[0] }
    let zone = context.timeZone
    return arguments.result(map(arguments.vector(0, Int64.self)) { zone.local(fromUTC: $0) })
  }

  private func fit(_ text: inout [UInt8], characters length: Int, isPadded: Bool) {
    // Bytes are at least as many as characters.
    if !isPadded, text.count <= length { return }
    let count = text.withUnsafeBytes { characterCount($0) }
    if count > length {
      text.removeLast(text.count - text.withUnsafeBytes { byteOffset($0, character: length) })
    } else if isPadded {
      text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: min(length, maxTextByteCount) - count))
    }
  }

  /// The bytes of a string or byte sequence; BINARY(n) is filled up with zeros, and nothing is longer than n.
  func toBinary(length: Int) throws(EvaluationError) -> Datum {
    guard case .bytes(let column) = arguments[0].column else { throw unsupported }
    let isPadded = if case .binary = target { true } else { false }
    if !isPadded, length == DataType.unlimitedLength { return arguments.result(.bytes(column)) }
    let bytes = arguments.bytes(0)
    return try arguments.mapToBytes { row, target in
      bytes.with(row) { target.append(contentsOf: $0.prefix(length)) }
      if isPadded {
        target.append(contentsOf: repeatElement(0, count: min(length, maxTextByteCount) - min(target.count, maxTextByteCount)))
      }
      return true
    }
  }
}
