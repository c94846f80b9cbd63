//  The clauses of the JSON functions. They become plain arguments: what to do as a word, and the defaults cast to the type that is returned.

import Columnar

extension Parser {
  static let jsonFunctions: Set<String> = [
    "JSON_VALUE", "JSON_QUERY", "JSON_EXISTS", "JSON_OBJECT", "JSON_ARRAY", "JSON_STRING", "JSON_QUOTE", "JSON_UNQUOTE", "JSON_OBJECTAGG",
    "JSON_ARRAYAGG",
  ]
  private static let returnable: [DataType] = [.boolean, .int32, .float64]

  /// The arguments of a JSON function, behind its parenthesis.
  mutating func jsonArguments(_ call: inout CallSyntax) throws(Diagnostic) {
    call.arguments = [try expression()]
    try expectSymbol(",")
    call.arguments.append(try expression())
    switch call.name {
    case "JSON_VALUE": try jsonValueClauses(&call)
    case "JSON_QUERY": try jsonQueryClauses(&call)
    default:
      var onError = "FALSE"
      for word in ["TRUE", "FALSE", "UNKNOWN", "ERROR"] where accept(word) {
        onError = word
        try expect("ON")
        try expect("ERROR")
      }
      call.arguments.append(word(onError))
    }
  }

  /// `JSON_OBJECT([[KEY] key VALUE value, ...] [NULL | ABSENT ON NULL])`.
  mutating func jsonObjectArguments(_ call: inout CallSyntax) throws(Diagnostic) {
    var members: [ExpressionSyntax] = []
    if !isSymbol(")"), !beginsNullClause {
      repeat {
        if isWord("KEY"), !isWord("VALUE", 1) { advance() }
        members.append(try expression())
        try expect("VALUE")
        members += try jsonElement()
      } while acceptSymbol(",")
    }
    call.arguments = [word(try nullClause(default: "NULL"))] + members
  }

  /// `JSON_ARRAY([value, ...] [NULL | ABSENT ON NULL])`.
  mutating func jsonArrayArguments(_ call: inout CallSyntax) throws(Diagnostic) {
    var elements: [ExpressionSyntax] = []
    if !isSymbol(")"), !beginsNullClause {
      repeat { elements += try jsonElement() } while acceptSymbol(",")
    }
    call.arguments = [word(try nullClause(default: "ABSENT"))] + elements
  }

  /// `JSON_OBJECTAGG([KEY] key VALUE value [NULL | ABSENT ON NULL])` of an object with one member a row, and
  /// `JSON_ARRAYAGG(value [NULL | ABSENT ON NULL])` of an array with one element a row.
  mutating func jsonAggregateArgument(_ call: inout CallSyntax) throws(Diagnostic) {
    let isObject = call.name == "JSON_OBJECTAGG"
    let start = token.span
    if isWord("DISTINCT") { throw .unsupported("DISTINCT in \(call.name) is", at: start, instead: "aggregate a SELECT DISTINCT") }
    var row = CallSyntax(name: isObject ? "JSON_OBJECT" : "JSON_ARRAY", nameSpan: call.nameSpan, arguments: [])
    if isObject {
      try jsonObjectArguments(&row)
    } else {
      try jsonArrayArguments(&row)
    }
    guard row.arguments.count == (isObject ? 4 : 3) else {
      throw Diagnostic("\(call.name) takes \(isObject ? "one key and its value" : "one value")", at: start)
    }
    if isWord("ORDER") { throw .unsupported("ORDER BY in \(call.name) is", at: token.span, instead: "elements stand as they arrive") }
    call.arguments = [try node(.call(row), from: start, over: row.arguments)]
  }

  private var beginsNullClause: Bool { (isWord("NULL") || isWord("ABSENT")) && isWord("ON", 1) }

  private mutating func nullClause(default standard: String) throws(Diagnostic) -> String {
    guard beginsNullClause else { return standard }
    let behaviour = token.upper
    advance()
    try expect("ON")
    try expect("NULL")
    return behaviour
  }

  /// A value and before it whether it is JSON already: what the constructors themselves give, and what stands in `JSON(...)`.
  private mutating func jsonElement() throws(Diagnostic) -> [ExpressionSyntax] {
    let value = try expression()
    if case .call(let inner) = value.kind, ["JSON_OBJECT", "JSON_ARRAY"].contains(inner.name) { return [word("JSON"), value] }
    if case .call(let inner) = value.kind, inner.name == "JSON" {
      var checked = inner
      checked.name = "JSON OF"
      return [word("JSON"), ExpressionSyntax(.call(checked), value.span, over: checked.arguments)]
    }
    if case .null = value.kind {
      return [word("VALUE"), ExpressionSyntax(.cast(value, .string, isTry: false), value.span, over: [value])]
    }
    return [word("VALUE"), value]
  }

  private func word(_ text: String) -> ExpressionSyntax { ExpressionSyntax(.string(text), token.span) }

  private mutating func jsonValueClauses(_ call: inout CallSyntax) throws(Diagnostic) {
    var type = DataType.string
    if accept("RETURNING") {
      let span = token.span
      type = try self.type().type
      if !type.isCharacter, !Self.returnable.contains(type) {
        throw Diagnostic("JSON_VALUE returns STRING, BOOLEAN, INTEGER or DOUBLE, not \(type); use CAST", at: span)
      }
    }
    var clauses: [String: (word: String, value: ExpressionSyntax)] = [:]
    while isWord("NULL") || isWord("ERROR") || isWord("DEFAULT") {
      let behaviour = token.upper
      advance()
      let value = behaviour == "DEFAULT" ? try expression() : ExpressionSyntax(.null, token.span)
      clauses[try jsonOccasion(clauses.keys.contains("EMPTY"), clauses.keys.contains("ERROR"))] = (behaviour, value)
    }
    for occasion in ["EMPTY", "ERROR"] {
      let clause = clauses[occasion] ?? ("NULL", ExpressionSyntax(.null, token.span))
      call.arguments.append(word(clause.word))
      call.arguments.append(ExpressionSyntax(.cast(clause.value, type, isTry: false), clause.value.span, over: [clause.value]))
    }
  }

  /// `ON EMPTY` or `ON ERROR`, each once and in this order.
  private mutating func jsonOccasion(_ hasEmpty: Bool, _ hasError: Bool) throws(Diagnostic) -> String {
    try expect("ON")
    let occasion = token.upper
    guard !hasError, occasion == "ERROR" || (occasion == "EMPTY" && !hasEmpty) else {
      throw unexpected(hasEmpty ? "ERROR" : "EMPTY", "ERROR")
    }
    advance()
    return occasion
  }

  private mutating func jsonQueryClauses(_ call: inout CallSyntax) throws(Diagnostic) {
    if isWord("RETURNING") { throw .unsupported("RETURNING of JSON_QUERY is", at: token.span, instead: "it gives a STRING") }
    var wrapper = "WITHOUT"
    if accept("WITHOUT") {
      _ = accept("ARRAY")
      try expect("WRAPPER")
    } else if accept("WITH") {
      wrapper = accept("CONDITIONAL") ? "CONDITIONAL" : "UNCONDITIONAL"
      if wrapper == "UNCONDITIONAL" { _ = accept("UNCONDITIONAL") }
      _ = accept("ARRAY")
      try expect("WRAPPER")
    }
    var clauses: [String: String] = [:]
    while isWord("NULL") || isWord("ERROR") || isWord("EMPTY") {
      var behaviour = token.upper
      advance()
      if behaviour == "EMPTY" {
        guard isWord("ARRAY") || isWord("OBJECT") else { throw unexpected("ARRAY", "OBJECT") }
        behaviour += " " + token.upper
        advance()
      }
      clauses[try jsonOccasion(clauses.keys.contains("EMPTY"), clauses.keys.contains("ERROR"))] = behaviour
    }
    call.arguments += [word(wrapper), word(clauses["EMPTY"] ?? "NULL"), word(clauses["ERROR"] ?? "NULL")]
  }

  /// What stands behind `IS [NOT]` when that is JSON.
  mutating func jsonTest(_ value: ExpressionSyntax, isNegated: Bool, from start: SourceSpan) throws(Diagnostic) -> ExpressionSyntax {
    let span = token.span
    advance()
    var kind = "VALUE"
    for word in ["VALUE", "SCALAR", "ARRAY", "OBJECT"] where accept(word) { kind = word }
    let arguments = [value, ExpressionSyntax(.string(kind), span)]
    let test = try node(.call(CallSyntax(name: "IS JSON", nameSpan: span, arguments: arguments)), from: start, over: arguments)
    return isNegated ? try node(.not(test), from: start, over: [test]) : test
  }
}
