//  Strings taken apart: SPLIT, STR_TO_MAP, ELT.

import Columnar

extension FunctionLibrary {
  static let textPieces: [FunctionDefinition] = [
    // An empty separator gives the characters.
    FunctionDefinition("SPLIT", [.string, .string], gives: .array(.string)) { (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      let separators = arguments.bytes(1)
      return try arguments.lists(of: .string) { row, elements in
        texts.with(row) { text in
          separators.with(row) { separator in
            guard case .bytes(let builder) = elements else { return }
            if separator.isEmpty { return characters(text).forEach { builder.append($0) } }
            var start = 0
            while let found = firstOffset(of: separator, in: text, from: start) {
              builder.append(UnsafeRawBufferPointer(rebasing: text[start..<found]))
              start = found + separator.count
            }
            builder.append(UnsafeRawBufferPointer(rebasing: text[start...]))
          }
        }
        return true
      }
    },
    // (text[, between entries, between key and value]): regular expressions in Flink; here each stands for itself.
    FunctionDefinition(
      "STR_TO_MAP", [.type(.string), .type(.string), .type(.string)], required: 1, gives: { _ in .map(key: .string, value: .string) },
      nullability: .always
    ) { (shape) throws(EvaluationError) in
      guard shape.types.count != 2 else { throw EvaluationError("STR_TO_MAP takes 1 or 3 arguments, not 2") }
      return { (arguments, _) throws(EvaluationError) in try stringToMap(arguments) }
    },
    // The string, or the byte sequence, at a position from 1; NULL if there is none.
    FunctionDefinition(
      "ELT", [.type(.int64), .textsOrBytesAlike], isVariadic: true, gives: { widest($0.dropFirst()) }, nullability: .always,
      isStrict: false
    ) { _ in
      { (arguments, _) throws(EvaluationError) in
        let positions = Int64.unwrap(arguments[0].column)
        let texts = arguments.data.dropFirst().indices.map { arguments.bytes($0) }
        let builder = BytesColumnBuilder()
        for row in 0..<arguments.count {
          let source = arguments[0].index(row)
          let position = Int(clamping: positions.values[source])
          guard positions.isValid(source), position >= 1, position <= texts.count,
            arguments[position].column.isValid(arguments[position].index(row))
          else {
            builder.appendNull()
            continue
          }
          texts[position - 1].with(row) { builder.append($0) }
        }
        return arguments.result(.bytes(builder.finish()))
      }
    },
  ]

  /// The type of one of these: of fixed length if all have the same.
  private static func widest(_ types: ArraySlice<DataType>) -> DataType {
    guard let first = types.first, !types.allSatisfy({ $0 == first }) else { return types.first ?? .string }
    var length = 0
    for type in types {
      switch type {
      case .char(let count), .varchar(let count), .binary(let count), .varbinary(let count): length = max(length, count)
      default: break
      }
    }
    return first.isCharacter ? .varchar(length: length) : .varbinary(length: length)
  }

  private static func stringToMap(_ arguments: Arguments) throws(EvaluationError) -> Datum {
    let texts = arguments.bytes(0)
    let comma = Array(",".utf8)
    let equals = Array("=".utf8)
    return try arguments.lists(of: DataType.map(key: .string, value: .string).listElement!) { row, elements in
      let between = arguments.data.count > 1 ? arguments.bytes(1).with(row) { Array($0) } : comma
      let within = arguments.data.count > 2 ? arguments.bytes(2).with(row) { Array($0) } : equals
      guard case .row(let entries) = elements, case .bytes(let keys) = entries.children[0], case .bytes(let values) = entries.children[1]
      else { return false }
      texts.with(row) { text in
        if text.isEmpty { return }
        for entry in split(text, by: between) {
          let parts = split(entry, by: within, limit: 2)
          keys.append(parts[0])
          if parts.count > 1 { values.append(parts[1]) } else { values.appendNull() }
          entries.endRow()
        }
      }
      return true
    }
  }

  private static func split(
    _ text: UnsafeRawBufferPointer, by separator: [UInt8], limit: Int = .max
  ) -> [UnsafeRawBufferPointer] {
    var parts: [UnsafeRawBufferPointer] = []
    var start = 0
    separator.withUnsafeBytes { separator in
      while parts.count + 1 < limit, !separator.isEmpty, let found = firstOffset(of: separator, in: text, from: start) {
        parts.append(UnsafeRawBufferPointer(rebasing: text[start..<found]))
        start = found + separator.count
      }
    }
    parts.append(UnsafeRawBufferPointer(rebasing: text[start...]))
    return parts
  }
}

extension Arguments {
  /// A list result; `body` appends to the elements' builder and gives false for NULL. It is called where all arguments are valid.
  func lists(
    of element: DataType, _ body: (Int, ColumnBuilder) throws(EvaluationError) -> Bool
  ) throws(EvaluationError) -> Datum {
    let elements = ColumnBuilder(element)
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(count + 1)
    var validity = ValidityBuilder()
    for row in 0..<count {
      if isValid(row), try body(row, elements) { validity.appendValid() } else { validity.appendNull() }
      offsets.append(Int32(elements.count))
    }
    return result(.list(ListColumn(offsets: offsets, elements: elements.finish(), validity: validity.finish())))
  }
}
