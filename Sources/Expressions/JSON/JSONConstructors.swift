//  JSON_OBJECT, JSON_ARRAY and JSON_STRING: values as JSON; JSON, within them, a text that is JSON already.

import Columnar

extension FunctionLibrary {
  /// The binder writes clauses out as arguments: what becomes of NULL, as NULL or ABSENT, and before each value whether it is JSON
  /// already, as JSON, or not, as VALUE.
  static let jsonConstructors: [FunctionDefinition] = [
    // (on null, then key, form, value each). Members in the order of their keys; of equal keys the last one counts.
    FunctionDefinition(
      "JSON_OBJECT", [.type(.string), .any], required: 1, isVariadic: true, gives: { _ in .string }, nullability: .never, isStrict: false,
      canFail: true
    ) { shape in
      let keepsNulls = shape.text(0) != "ABSENT"
      return { (arguments, _) throws(EvaluationError) in
        try texts(arguments) { row, text throws(EvaluationError) in
          var members: [(key: [UInt8], value: [UInt8])] = []
          for key in stride(from: 1, to: arguments.data.count, by: 3) where keepsNulls || isValid(arguments[key + 2], row) {
            guard isValid(arguments[key], row) else { throw EvaluationError("JSON_OBJECT: a key is NULL") }
            var member: (key: [UInt8], value: [UInt8]) = ([], [])
            arguments[key].column.appendText(row: arguments[key].index(row), type: .string, style: .sql, into: &member.key)
            append(arguments[key + 2], shape.types[key + 2], isJSON: shape.text(key + 1) == "JSON", row, into: &member.value)
            members.removeAll { $0.key == member.key }
            members.append(member)
          }
          text.append(UInt8(ascii: "{"))
          for (index, member) in members.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }).enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            JSONValue.appendQuoted(member.key, to: &text)
            text.append(UInt8(ascii: ":"))
            text.append(contentsOf: member.value)
          }
          text.append(UInt8(ascii: "}"))
        }
      }
    },
    // (on null, then form, value each).
    FunctionDefinition(
      "JSON_ARRAY", [.type(.string), .any], required: 1, isVariadic: true, gives: { _ in .string }, nullability: .never, isStrict: false
    ) { shape in
      let keepsNulls = shape.text(0) == "NULL"
      return { (arguments, _) throws(EvaluationError) in
        try texts(arguments) { row, text throws(EvaluationError) in
          text.append(UInt8(ascii: "["))
          for form in stride(from: 1, to: arguments.data.count, by: 2) where keepsNulls || isValid(arguments[form + 1], row) {
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            append(arguments[form + 1], shape.types[form + 1], isJSON: shape.text(form) == "JSON", row, into: &text)
          }
          text.append(UInt8(ascii: "]"))
        }
      }
    },
    // (json): the text without blanks, its keys in order, each once; NULL for a text of blanks alone.
    FunctionDefinition("JSON OF", [.string], gives: .string, nullability: .always, canFail: true) {
      (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      return try arguments.mapToBytes { row, text throws(EvaluationError) in
        guard let value = texts.with(row, { JSONValue($0) }) else {
          if texts.with(row, { trimmed($0).isEmpty }) { return false }
          throw EvaluationError("JSON: the text is no JSON")
        }
        value.append(to: &text)
        return true
      }
    },
    FunctionDefinition("JSON_STRING", [.any], gives: { _ in .string }) { shape in
      { (arguments, _) throws(EvaluationError) in
        try arguments.mapToBytes { row, text throws(EvaluationError) in
          arguments[0].column.appendJSON(row: arguments[0].index(row), type: shape.types[0], into: &text)
          return true
        }
      }
    },
  ]

  private static func isValid(_ datum: Datum, _ row: Int) -> Bool { datum.column.isValid(datum.index(row)) }

  private static func append(_ datum: Datum, _ type: DataType, isJSON: Bool, _ row: Int, into text: inout [UInt8]) {
    if isJSON, isValid(datum, row) {
      datum.column.appendText(row: datum.index(row), type: type, style: .sql, into: &text)
    } else {
      datum.column.appendJSON(row: datum.index(row), type: type, into: &text)
    }
  }

  /// One text a row, never NULL.
  private static func texts(
    _ arguments: Arguments, _ body: (Int, inout [UInt8]) throws(EvaluationError) -> Void
  ) throws(EvaluationError) -> Datum {
    let builder = BytesColumnBuilder()
    var buffer: [UInt8] = []
    for row in 0..<arguments.count {
      buffer.removeAll(keepingCapacity: true)
      try body(row, &buffer)
      builder.append(buffer)
    }
    return arguments.result(.bytes(builder.finish()))
  }
}
