//  Function calls, among them those whose arguments are parted by keywords.

extension Parser {
  private static let extractUnits = TimeUnit.allCases.filter { $0 != .microsecond }
  private static let roundingUnits: [TimeUnit] = [.year, .quarter, .month, .week, .day, .hour, .minute, .second, .millisecond]
  private static let differenceUnits: [TimeUnit] = [.year, .quarter, .month, .week, .day, .hour, .minute, .second]

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
    try refuseSubquery()
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
    guard call.name == "ROW_NUMBER" else {
      throw .unsupported("\(call.name) OVER is", at: token.span, instead: "of OVER windows there is ROW_NUMBER, for Top-N")
    }
    call.over = try over()
  }

  /// `OVER (PARTITION BY ... ORDER BY ...)`, without a frame.
  private mutating func over() throws(Diagnostic) -> OverSyntax {
    let start = token.span
    advance()
    try expectSymbol("(")
    var over = OverSyntax(partition: [], order: [], span: start)
    if accept("PARTITION") {
      try expect("BY")
      over.partition = try list { parser throws(Diagnostic) in try parser.expression() }
    }
    if accept("ORDER") {
      try expect("BY")
      over.order = try list { parser throws(Diagnostic) in try parser.sortKey() }
    }
    if isWord("ROWS") || isWord("RANGE") { throw .unsupported("a frame of ROW_NUMBER is", at: token.span) }
    if !acceptSymbol(")") { throw unexpected("','", "')'") }
    over.span = span(from: start)
    return over
  }

  private mutating func sortKey() throws(Diagnostic) -> OverSyntax.Key {
    var key = OverSyntax.Key(expression: try expression(), isDescending: false, nullsFirst: nil)
    if accept("DESC") { key.isDescending = true } else { _ = accept("ASC") }
    if accept("NULLS") {
      if accept("FIRST") {
        key.nullsFirst = true
      } else {
        try expect("LAST")
        key.nullsFirst = false
      }
    }
    return key
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
