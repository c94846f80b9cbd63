//  JSON_VALUE, JSON_QUERY, JSON_EXISTS and IS JSON.
//  In strict mode, which is also that of a path without a mode, it is an error if the text is no JSON, if the path leads nowhere or to null, and if
//  what it leads to is not of the kind that is asked for. In lax mode all of this is "empty". Flink 2.3 has it so.

import Columnar

extension FunctionLibrary {
  /// The binder writes every clause out as an argument: what to do on empty and on error as a constant word, and the default behind it.
  static let json: [FunctionDefinition] = [
    // (json, path, on empty, default, on error, default): words are NULL, ERROR and DEFAULT. The result has the defaults' type.
    FunctionDefinition(
      "JSON_VALUE", [.type(.string), .type(.string), .type(.string), .any, .type(.string), .any], gives: { $0[3] }, nullability: .always,
      isStrict: false, canFail: true, prepare: jsonValue),
    // (json, path, wrapper, on empty, on error): wrapper is WITHOUT, CONDITIONAL or UNCONDITIONAL; words are NULL, ERROR, EMPTY ARRAY, EMPTY OBJECT.
    FunctionDefinition(
      "JSON_QUERY", [DataType](repeating: .string, count: 5).map { .type($0) }, gives: { _ in .string }, nullability: .always,
      canFail: true,
      prepare: jsonQuery),
    // (json, path, on error): words are TRUE, FALSE, UNKNOWN and ERROR.
    FunctionDefinition(
      "JSON_EXISTS", [DataType](repeating: .string, count: 3).map { .type($0) }, gives: { _ in .boolean }, nullability: .always,
      canFail: true,
      prepare: jsonExists),
    // (json, kind): VALUE, SCALAR, ARRAY or OBJECT. FALSE for NULL.
    FunctionDefinition("IS JSON", [.string, .string], gives: .boolean, nullability: .never, isStrict: false) {
      (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      let kinds = arguments.bytes(1)
      let values = (0..<arguments.count).map { row in
        guard arguments[0].column.isValid(arguments[0].index(row)), let value = texts.with(row, { JSONValue($0) }) else { return false }
        let kind = kinds.with(row) { String(decoding: $0, as: UTF8.self) }
        switch (kind, value) {
        case ("VALUE", _), ("ARRAY", .array), ("OBJECT", .object): return true
        case ("SCALAR", _): return !value.isContainer
        default: return false
        }
      }
      return arguments.isConstant
        ? Datum(constant: .boolean(values[0]), .boolean) : Datum(.bool(FixedColumn(values)))
    },
  ]

  private enum Found {
    case value(JSONValue)
    case empty
    case error(String)
  }

  /// A path for each row; a constant one is compiled once.
  private struct Paths {
    let fixed: JSONPath?
    let texts: BytesOperand

    func find(_ row: Int, in json: BytesOperand, isWanted: (JSONValue) -> Bool, wanted: String) throws(EvaluationError) -> Found {
      let path: JSONPath
      if let fixed { path = fixed } else { path = try JSONPath(texts.with(row) { String(decoding: $0, as: UTF8.self) }) }
      func none(_ why: String) -> Found { path.isLax ? .empty : .error(why) }
      guard let root = json.with(row, { JSONValue($0) }) else { return none("the text is no JSON") }
      guard let value = path.find(in: root), !value.isNull else { return none("the path leads nowhere") }
      return isWanted(value) ? .value(value) : none("the path leads to no \(wanted)")
    }
  }

  private static func fixedPath(_ shape: FunctionShape) throws(EvaluationError) -> JSONPath? {
    guard let text = shape.text(1) else { return nil }
    return try JSONPath(text)
  }

  private static func jsonValue(_ shape: FunctionShape) throws(EvaluationError) -> FunctionDefinition.Kernel {
    let path = try fixedPath(shape)
    let onEmpty = shape.text(2) ?? "NULL"
    let onError = shape.text(4) ?? "NULL"
    let type = shape.type
    return { (arguments, _) throws(EvaluationError) in
      let paths = Paths(fixed: path, texts: arguments.bytes(1))
      let texts = arguments.bytes(0)
      let builder = ColumnBuilder(type)
      func give(_ word: String, _ index: Int, _ row: Int, _ why: String) throws(EvaluationError) {
        switch word {
        case "ERROR": throw EvaluationError("JSON_VALUE: \(why)")
        case "DEFAULT": builder.append(arguments[index].column.value(at: arguments[index].index(row), type: type))
        default: builder.appendNull()
        }
      }
      for row in 0..<arguments.count {
        guard arguments[0].column.isValid(arguments[0].index(row)), arguments[1].column.isValid(arguments[1].index(row)) else {
          builder.appendNull()
          continue
        }
        switch try paths.find(row, in: texts, isWanted: { !$0.isContainer }, wanted: "scalar") {
        case .value(let value):
          if let converted = scalar(value, as: type) {
            builder.append(converted)
          } else {
            try give(onError, 5, row, "the value is no \(type)")
          }
        case .empty: try give(onEmpty, 3, row, "the path leads nowhere")
        case .error(let why): try give(onError, 5, row, why)
        }
      }
      return arguments.result(builder.finish())
    }
  }

  /// A scalar as the type that is to be returned; nil if it is of another kind.
  private static func scalar(_ value: JSONValue, as type: DataType) -> Value? {
    switch (type, value) {
    case (.boolean, .boolean(let flag)): return .boolean(flag)
    case (.int32, .number(let digits)):
      return digits.withUnsafeBytes { parseInt64($0) }.flatMap { Int32(exactly: $0) }.map { .integer(Int64($0)) }
    case (.float64, .number(let digits)): return digits.withUnsafeBytes { parseDouble($0) }.map { .double($0) }
    case (.char, .string(let text)), (.varchar, .string(let text)): return .string(String(decoding: text, as: UTF8.self))
    case (.char, _), (.varchar, _):
      var text: [UInt8] = []
      value.append(to: &text)
      return .string(String(decoding: text, as: UTF8.self))
    default: return nil
    }
  }

  private static func jsonQuery(_ shape: FunctionShape) throws(EvaluationError) -> FunctionDefinition.Kernel {
    let path = try fixedPath(shape)
    let wrapper = shape.text(2) ?? "WITHOUT"
    let onEmpty = shape.text(3) ?? "NULL"
    let onError = shape.text(4) ?? "NULL"
    return { (arguments, _) throws(EvaluationError) in
      let paths = Paths(fixed: path, texts: arguments.bytes(1))
      let texts = arguments.bytes(0)
      func give(_ word: String, _ why: String, into text: inout [UInt8]) throws(EvaluationError) -> Bool {
        switch word {
        case "ERROR": throw EvaluationError("JSON_QUERY: \(why)")
        case "EMPTY ARRAY": text.append(contentsOf: "[]".utf8)
        case "EMPTY OBJECT": text.append(contentsOf: "{}".utf8)
        default: return false
        }
        return true
      }
      return try arguments.mapToBytes { row, text throws(EvaluationError) in
        switch try paths.find(row, in: texts, isWanted: { wrapper != "WITHOUT" || $0.isContainer }, wanted: "array or object") {
        case .value(let value):
          let isWrapped = wrapper == "UNCONDITIONAL" || !value.isContainer
          (isWrapped ? JSONValue.array([value]) : value).append(to: &text)
          return true
        case .empty: return try give(onEmpty, "the path leads nowhere", into: &text)
        case .error(let why): return try give(onError, why, into: &text)
        }
      }
    }
  }

  private static func jsonExists(_ shape: FunctionShape) throws(EvaluationError) -> FunctionDefinition.Kernel {
    let path = try fixedPath(shape)
    let onError = shape.text(2) ?? "FALSE"
    return { (arguments, _) throws(EvaluationError) in
      let paths = Paths(fixed: path, texts: arguments.bytes(1))
      let texts = arguments.bytes(0)
      return try arguments.mapRows(Bool.self) { row throws(EvaluationError) in
        switch try paths.find(row, in: texts, isWanted: { _ in true }, wanted: "value") {
        case .value: return true
        case .empty: return false
        case .error(let why):
          switch onError {
          case "TRUE": return true
          case "UNKNOWN": return nil
          case "ERROR": throw EvaluationError("JSON_EXISTS: \(why)")
          default: return false
          }
        }
      }
    }
  }
}
