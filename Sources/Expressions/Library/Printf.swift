//  PRINTF, by the format strings of Java's `Formatter`. Values look as they do to Flink: a DATE is its number of days, a TIME its
//  milliseconds, a DECIMAL only has a text, and so no `%d` or `%f`.

import Columnar

extension FunctionLibrary {
  static let printf: [FunctionDefinition] = [
    // (format, values...): NULL for a format that is none or does not go with the values; a NULL value reads `null`.
    FunctionDefinition(
      "PRINTF", [.type(.string), .anyOrNull], required: 1, isVariadic: true, gives: { _ in .string }, nullability: .always, isStrict: false,
      canFail: true
    ) { (shape) throws(EvaluationError) in
      let fixed = shape.text(0).map { JavaFormat($0) }
      return { (arguments, _) throws(EvaluationError) in
        let formats = arguments.bytes(0)
        let builder = BytesColumnBuilder()
        for row in 0..<arguments.count {
          let isNull = !arguments[0].column.isValid(arguments[0].index(row))
          let format = isNull ? nil : fixed ?? JavaFormat(formats.with(row) { String(decoding: $0, as: UTF8.self) })
          let values = shape.types.indices.dropFirst().map { index in
            javaValue(arguments[index].column, arguments[index].index(row), shape.types[index])
          }
          if let text = try format?.checked(values).format(values) { builder.append(Array(text.utf8)) } else { builder.appendNull() }
        }
        return arguments.result(.bytes(builder.finish()))
      }
    }
  ]

  private static func javaValue(_ column: Column, _ row: Int, _ type: DataType) -> JavaFormat.Argument {
    guard column.isValid(row) else { return .null }
    switch (column.value(at: row, type: type), type) {
    case (.boolean(let flag), _): return .boolean(flag)
    case (.integer(let value), .int8): return .integer(value, bitWidth: 8)
    case (.integer(let value), .int16): return .integer(value, bitWidth: 16)
    case (.integer(let value), .int64): return .integer(value, bitWidth: 64)
    case (.integer(let value), .intervalTime): return .integer(value / Microseconds.perMillisecond, bitWidth: 64)
    case (.integer(let value), .timestamp), (.integer(let value), .timestampLTZ): return .other(isoText(value))
    case (.integer(let value), _): return .integer(value, bitWidth: 32)
    case (.double(let value), _): return .floating(value, text: sqlText(column, row, type))
    case (.float(let value), _): return .floating(Double(value), text: sqlText(column, row, type))
    case (.row(let fields), .row(let types)):
      let texts = fields.indices.map { index -> String in
        let field = Datum(constant: fields[index], types[index].type).column
        return JavaFormat("%s")?.format([javaValue(field, 0, types[index].type)]) ?? "null"
      }
      return .other("+I(\(texts.joined(separator: ",")))")
    default: return .other(sqlText(column, row, type))
    }
  }

  private static func sqlText(_ column: Column, _ row: Int, _ type: DataType) -> String {
    var text: [UInt8] = []
    column.appendText(row: row, type: type, style: .sql, into: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// As Java's `LocalDateTime`: without what is zero at the end, by threes.
  private static func isoText(_ microseconds: Int64) -> String {
    var text: [UInt8] = []
    text.appendTimestamp(microseconds: microseconds, precision: 6)
    var parts = String(decoding: text, as: UTF8.self).split(separator: " ", maxSplits: 1).joined(separator: "T")
    for end in ["000", ".000", ":00"] where parts.hasSuffix(end) { parts.removeLast(end.count) }
    return parts
  }
}

extension JavaFormat {
  /// - Throws: For what Flink makes of the address of an object.
  fileprivate func checked(_ arguments: [Argument]) throws(EvaluationError) -> JavaFormat {
    for case .specifier(let specifier) in pieces where specifier.conversion == "h" {
      for argument in arguments {
        switch argument {
        case .null, .integer: continue
        default: throw EvaluationError("PRINTF: %h is supported of integers alone")
        }
      }
    }
    return self
  }
}
