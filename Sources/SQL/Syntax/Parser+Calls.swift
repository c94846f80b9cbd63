//  Function calls, among them those whose arguments are parted by keywords.

extension Parser {
  private static let extractUnits = TimeUnit.allCases
  private static let roundingUnits: [TimeUnit] = [
    .year, .quarter, .month, .week, .day, .hour, .minute, .second, .millisecond, .decade, .century, .millennium,
  ]
  private static let differenceUnits: [TimeUnit] = [.year, .quarter, .month, .week, .day, .hour, .minute, .second, .millisecond]

  /// `name(...)`; the name is at hand.
  mutating func call() throws(Diagnostic) -> ExpressionSyntax {
    let name = token
    var call = CallSyntax(name: name.kind == .word ? name.upper : name.text.uppercased(), nameSpan: name.span, arguments: [])
    if call.name.hasPrefix("JSON_"), !Self.jsonFunctions.contains(call.name) { throw .unsupported("\(call.name) is", at: name.span) }
    advance()
    try expectSymbol("(")
    switch call.name {
    case "EXTRACT":
      call.unit = try timeUnit(Self.extractUnits)
      try expect("FROM")
      call.arguments = [try expression()]
    case "FLOOR", "CEIL", "CEILING":
      call.arguments = [try expression()]
      if accept("TO") { call.unit = try timeUnit(Self.roundingUnits) }
    case "TIMESTAMPDIFF", "TIMESTAMPADD":
      call.unit = try timeUnit(Self.differenceUnits)
      try expectSymbol(",")
      call.arguments = try list { parser throws(Diagnostic) in try parser.expression() }
    case "POSITION":
      let needle = try positionOperand()
      try expect("IN")
      call.arguments = [needle, try expression()]
    case "SUBSTRING", "SUBSTR":
      call.arguments = [try expression()]
      if accept("FROM") {
        call.arguments.append(try expression())
        if accept("FOR") { call.arguments.append(try expression()) }
      } else {
        while acceptSymbol(",") { call.arguments.append(try expression()) }
      }
    case "TRIM": try trim(&call)
    case "JSON_VALUE", "JSON_QUERY", "JSON_EXISTS": try jsonArguments(&call)
    case "JSON_OBJECT": try jsonObjectArguments(&call)
    case "JSON_ARRAY": try jsonArrayArguments(&call)
    case "JSON_OBJECTAGG", "JSON_ARRAYAGG": try jsonAggregateArgument(&call)
    case "OVERLAY":
      call.arguments = [try expression()]
      try expect("PLACING")
      call.arguments.append(try expression())
      try expect("FROM")
      call.arguments.append(try expression())
      if accept("FOR") { call.arguments.append(try expression()) }
    default: try plainArguments(&call)
    }
    if !acceptSymbol(")") { throw unexpected("','", "')'") }
    try afterCall(&call)
    let children = call.children
    return try node(.call(call), from: name.span, over: children)
  }

  /// An operand that stops before IN.
  private mutating func positionOperand() throws(Diagnostic) -> ExpressionSyntax {
    try nested { parser throws(Diagnostic) in try parser.operand() }
  }

  private mutating func trim(_ call: inout CallSyntax) throws(Diagnostic) {
    var side = "BOTH"
    for word in ["BOTH", "LEADING", "TRAILING"] where accept(word) { side = word }
    call.name = "TRIM \(side)"
    if accept("FROM") {
      call.arguments = [try expression()]
      return
    }
    let first = try expression()
    if accept("FROM") {
      call.arguments = [try expression(), first]
    } else {
      call.arguments = [first]
    }
  }

  private mutating func plainArguments(_ call: inout CallSyntax) throws(Diagnostic) {
    if acceptSymbol("*") {
      call.isStar = true
      return
    }
    if isSymbol(")") { return }
    if accept("DISTINCT") {
      call.isDistinct = true
    } else {
      _ = accept("ALL")
    }
    call.arguments = try list { parser throws(Diagnostic) in
      if parser.isSymbol("=>", 1) { throw .unsupported("a named argument is", at: parser.token.span) }
      return try parser.expression()
    }
    if isWord("ORDER") { throw .unsupported("ORDER BY in an aggregate is", at: token.span) }
  }

  private mutating func afterCall(_ call: inout CallSyntax) throws(Diagnostic) {
    if isWord("WITHIN"), isWord("GROUP", 1) { throw .unsupported("WITHIN GROUP is", at: token.span) }
    if isWord("IGNORE") && isWord("NULLS", 1) || isWord("RESPECT") && isWord("NULLS", 1) {
      throw .unsupported("\(token.upper) NULLS is", at: token.span)
    }
    if isWord("FILTER"), isSymbol("(", 1) {
      advance()
      advance()
      try expect("WHERE")
      call.filter = try expression()
      try expectSymbol(")")
    }
    guard isWord("OVER") else { return }
    if let filter = call.filter {
      throw .unsupported("FILTER with OVER is", at: filter.span, instead: "write the condition as CASE WHEN ... END in the argument")
    }
    let start = token.span
    advance()
    if isIdentifier {
      let name = try identifier("a window")
      call.over = OverSyntax(name: name, span: span(from: start))
    } else {
      var window = try overWindow()
      window.span = span(from: start)
      call.over = window
    }
  }
}

extension CallSyntax {
  /// Direct subexpressions.
  var children: [ExpressionSyntax] {
    var children = arguments
    if let filter { children.append(filter) }
    if let over { children += over.partition + over.order.map(\.expression) }
    return children
  }
}
