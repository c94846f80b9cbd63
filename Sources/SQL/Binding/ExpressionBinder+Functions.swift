//  Function calls by name. A function is one line of a table where it takes and gives fixed types; the others have a case.

import Columnar
import Expressions

extension ExpressionBinder {
  mutating func bindCall(_ syntax: CallSyntax, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    if let window = syntax.over {
      guard let over else { throw Diagnostic("\(syntax.name) OVER cannot stand in \(clause)", at: span) }
      return try over.bind(syntax, window, span)
    }
    if ["GROUPING", "GROUPING_ID", "GROUP_ID"].contains(syntax.name) {
      guard let grouping = aggregates?.grouping else {
        throw Diagnostic("\(syntax.name) stands in the SELECT list or HAVING of a query with GROUP BY", at: span)
      }
      return try grouping(syntax, span)
    }
    if syntax.name == "PERCENTILE" { return try percentile(syntax, span) }
    if let function = AggregateFunctions.named(syntax.name) {
      guard let aggregates else {
        throw Diagnostic("\(syntax.name) is an aggregate and cannot stand in \(clause)", at: span)
      }
      return try aggregates.bind(syntax, function, scope: scope, span)
    }
    if let message = Self.refused[syntax.name] { throw Diagnostic(message, at: syntax.nameSpan) }
    if syntax.isDistinct || syntax.isStar || syntax.filter != nil {
      let what = syntax.isDistinct ? "DISTINCT" : syntax.isStar ? "'*'" : "FILTER"
      if Self.isKnown(syntax.name) { throw Diagnostic("\(what) belongs to aggregates, not to \(syntax.name)", at: span) }
    }
    var arguments: [Bound] = []
    for argument in syntax.arguments { arguments.append(try bind(argument)) }
    if let signature = FunctionTable.signatures[syntax.name] { return try apply(signature, syntax, arguments, span) }
    if syntax.name == "CURRENT_WATERMARK" { try requireRowtime(arguments, span) }
    if let definition = FunctionLibrary.byName[syntax.name] { return try apply(definition, name: syntax.name, arguments, span) }
    if let bound = try special(syntax, arguments, span) { return bound }
    throw Diagnostic(
      "unknown function '\(syntax.name)'", at: syntax.nameSpan, suggestion: nearestName(to: syntax.name, in: Self.knownNames))
  }

  private static let refused: [String: String] = {
    var refused = ["JSON": "JSON stands in JSON_OBJECT and JSON_ARRAY alone, as a value: JSON_ARRAY(JSON('[1]'))"]
    for name in ["ROW_NUMBER", "RANK", "DENSE_RANK", "LAG"] {
      refused[name] = "\(name) needs a window: OVER (PARTITION BY a ORDER BY ts)"
    }
    for name in ["LEAD", "NTILE", "NTH_VALUE"] { refused[name] = "\(name) over a stream is not supported" }
    refused["APPROX_COUNT_DISTINCT"] = "APPROX_COUNT_DISTINCT is not supported; COUNT(DISTINCT a) is exact"
    for name in ["PARSE_JSON", "TRY_PARSE_JSON"] {
      refused[name] = "\(name) gives a VARIANT, which is not supported; JSON_VALUE and JSON_QUERY read JSON"
    }
    for name in ["TUMBLE", "HOP", "SESSION", "TUMBLE_START", "TUMBLE_END", "HOP_START", "HOP_END", "SESSION_START", "SESSION_END"] {
      refused[name] =
        "group window functions such as \(name) are not supported; use FROM TUMBLE(TABLE t, DESCRIPTOR(c), ...) and window_start, window_end"
    }
    return refused
  }()

  private static let specialNames = [
    "MOD", "ABS", "SIGN", "ROUND", "TRUNCATE", "FLOOR", "CEIL", "CEILING", "GREATEST", "LEAST", "COALESCE", "NULLIF", "IF", "IFNULL",
    "EXTRACT", "TIMESTAMPDIFF", "TIMESTAMPADD", "PROCTIME", "CURRENT_TIMESTAMP", "NOW", "CURRENT_ROW_TIMESTAMP", "LOCALTIMESTAMP",
    "CURRENT_DATE", "CURRENT_DATABASE", "TYPEOF",
    "CURRENT_TIME", "LOCALTIME", "DATE_FORMAT", "TO_TIMESTAMP_LTZ", "CARDINALITY", "LOG", "CONCAT", "CONCAT_WS",
    "YEAR", "QUARTER", "MONTH", "WEEK", "DAYOFYEAR", "DAYOFMONTH", "DAYOFWEEK", "HOUR", "MINUTE", "SECOND",
  ]
  private static let knownNames =
    specialNames + FunctionTable.signatures.keys.sorted() + FunctionLibrary.byName.keys.sorted() + AggregateFunctions.names
    + ["TRIM", "PERCENTILE"]
  private static func isKnown(_ name: String) -> Bool { knownNames.contains(name) }

  private func apply(
    _ signature: FunctionTable.Signature, _ syntax: CallSyntax, _ arguments: [Bound], _ span: SourceSpan
  ) throws(Diagnostic) -> Bound {
    let name = syntax.name.hasPrefix("TRIM") ? "TRIM" : syntax.name
    guard signature.required...signature.parameters.count ~= arguments.count else {
      throw wrongCount(name, arguments.count, signature.required, signature.parameters.count, span)
    }
    var bound: [Bound] = []
    for (index, argument) in arguments.enumerated() {
      let type = signature.parameters[index]
      guard let converted = Self.convert(argument, to: type) else {
        throw Diagnostic(
          "argument \(index + 1) of \(name) has type \(argument.type), not \(type); use CAST", at: argument.span, expected: ["\(type)"])
      }
      bound.append(converted)
    }
    for filler in signature.fillers.dropFirst(arguments.count - signature.required) {
      bound.append(Bound(expression: filler, isNullable: false, span: span))
    }
    var result = call(signature.function, bound, Self.lengthKept(signature.function, bound, signature.result), span)
    if signature.mayGiveNull { result.isNullable = true }
    return result
  }

  /// What changes letters keeps the type of the string, what takes a part of it keeps its length as the most.
  private static func lengthKept(_ function: ScalarFunction, _ arguments: [Bound], _ result: DataType) -> DataType {
    let length: Int
    switch arguments.first?.type {
    case .char(let count), .varchar(let count): length = count
    default: return result
    }
    switch function {
    case .upper, .lower: return arguments[0].type
    case .trimBoth, .trimLeading, .trimTrailing, .substring, .left, .right: return .varchar(length: length)
    default: return result
    }
  }

  func wrongCount(_ name: String, _ count: Int, _ least: Int, _ most: Int, _ span: SourceSpan) -> Diagnostic {
    let wanted = least == most ? "\(least)" : most == .max ? "at least \(least)" : "\(least) to \(most)"
    return Diagnostic("\(name) takes \(wanted) argument\(wanted == "1" ? "" : "s"), not \(count)", at: span)
  }

  /// Functions whose types depend on their arguments; nil if the name is not one of them.
  private func special(_ syntax: CallSyntax, _ arguments: [Bound], _ span: SourceSpan) throws(Diagnostic) -> Bound? {
    let name = syntax.name
    func take(_ least: Int, _ most: Int? = nil) throws(Diagnostic) {
      if arguments.count < least || arguments.count > most ?? least {
        throw wrongCount(name, arguments.count, least, most ?? least, span)
      }
    }
    func number(_ bound: Bound) throws(Diagnostic) -> Bound {
      guard bound.type.isNumeric else {
        throw Diagnostic("\(name) takes a number; this has type \(bound.type)", at: bound.span, expected: ["a number"])
      }
      return bound
    }
    switch name {
    case "MOD":
      try take(2)
      return try arithmetic("%", try number(arguments[0]), try number(arguments[1]), span)
    case "ABS", "SIGN":
      try take(1)
      let value = try number(arguments[0])
      return call(name == "ABS" ? .abs : .sign, [value], value.type, span)
    case "ROUND", "TRUNCATE":
      try take(1, 2)
      return try rounding(name, try number(arguments[0]), arguments.count == 2 ? arguments[1] : nil, span)
    case "FLOOR", "CEIL", "CEILING":
      try take(1)
      if let unit = syntax.unit { return try roundedTime(name, unit, arguments[0], span) }
      let value = try number(arguments[0])
      if value.type.isInteger { return value }
      var type = value.type
      if case .decimal(let precision, let scale) = type {
        type = .decimal(precision: scale == 0 ? precision : max(precision, 2), scale: 0)
      }
      return call(name == "FLOOR" ? .floor : .ceil, [value], type, span)
    case "LOG":
      try take(1, 2)
      let values = try arguments.map { (argument) throws(Diagnostic) in Coercion.cast(try number(argument), to: .float64) }
      return call(values.count == 1 ? .ln : .log, values, .float64, span)
    case "GREATEST", "LEAST":
      try take(1, .max)
      let (values, type) = try Coercion.unifyAll(arguments, name, span)
      if !TypeRules.isOrdered(type) { throw Diagnostic("values of type \(type) have no order for \(name)", at: span) }
      return values.count == 1 ? values[0] : call(name == "GREATEST" ? .greatest : .least, values, type, span)
    case "COALESCE", "IFNULL":
      if name == "IFNULL" { try take(2) } else { try take(1, .max) }
      let (values, type) = try Coercion.unifyAll(arguments, name, span)
      return Bound(
        expression: .call(.coalesce, values.map(\.expression), type), isNullable: values.allSatisfy { $0.isNullable }, span: span)
    case "NULLIF":
      try take(2)
      let (a, b) = try comparable(arguments[0], arguments[1], name, span)
      if TypeRules.sharesRepresentation(a.type, arguments[0].type) {
        return Bound(expression: .call(.nullIf, [a.expression, b.expression], try typed(arguments[0]).type), isNullable: true, span: span)
      }
      let isEqual = try compare(.equal, name, arguments[0], arguments[1], span)
      let null = Bound(expression: .literal(.null, .null), isNullable: true, span: span)
      return try choose([isEqual], [null, arguments[0]], name, span)
    case "IF":
      try take(3)
      guard arguments[0].type == .boolean else {
        throw Diagnostic("IF takes a condition first; this has type \(arguments[0].type)", at: arguments[0].span, expected: ["BOOLEAN"])
      }
      var result = try choose([arguments[0]], [arguments[1], arguments[2]], name, span)
      result.isNullable = true
      return result
    case "CONCAT", "CONCAT_WS":
      try take(name == "CONCAT" ? 1 : 2, .max)
      let values = try arguments.map { (argument) throws(Diagnostic) in try string(argument, name) }
      if values.count == 1 { return values[0] }
      var result = call(name == "CONCAT" ? .concat : .concatWS, values, .string, span)
      if name == "CONCAT_WS" { result.isNullable = values[0].isNullable }
      return result
    case "CURRENT_DATABASE":
      try take(0)
      return Bound(expression: .literal(.string("default_database"), .string), isNullable: false, span: span)
    case "TYPEOF":
      try take(1, 2)
      let text = "\(arguments[0].type)\(arguments[0].isNullable || arguments[0].type == .null ? "" : " NOT NULL")"
      return Bound(expression: .literal(.string(text), .string), isNullable: true, span: span)
    case "CARDINALITY":
      try take(1)
      switch arguments[0].type {
      case .array, .map, .multiset: return call(.cardinality, arguments, .int32, span)
      default:
        throw Diagnostic("CARDINALITY takes an ARRAY, MAP or MULTISET; this has type \(arguments[0].type)", at: arguments[0].span)
      }
    default: return try temporalFunction(syntax, arguments, span)
    }
  }

  private func rounding(_ name: String, _ value: Bound, _ digits: Bound?, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    let function: ScalarFunction = name == "ROUND" ? .round : .truncate
    let zero = Bound(expression: .literal(.integer(0), .int32), isNullable: false, span: span)
    let digits = digits ?? zero
    guard digits.type.isInteger else {
      throw Diagnostic("the digits of \(name) are an integer; this has type \(digits.type)", at: digits.span, expected: ["INT"])
    }
    var type = value.type
    if case .decimal = type {
      if case .literal(.integer(let count), _) = digits.expression {
        type = DecimalRules.rounded(type, to: Int(clamping: max(-38, min(38, count))))
      } else {
        type = .decimal(precision: DataType.maxDecimalPrecision, scale: DecimalRules.digits(type).scale)
      }
    }
    return call(function, [value, Coercion.cast(digits, to: .int32)], type, span)
  }
}
