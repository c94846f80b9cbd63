//  Expressions by precedence climbing. From weak to strong: OR, AND, NOT, IS, comparison (with IN, BETWEEN, LIKE), + and -,
//  * / % and ||, sign, then what follows a value: .field and [element].

import Columnar

extension Parser {
  mutating func expression() throws(Diagnostic) -> ExpressionSyntax {
    try nested { parser throws(Diagnostic) in try parser.disjunction() }
  }

  /// A node over its children, unless the tree would become too high.
  func node(_ kind: ExpressionSyntax.Kind, from start: SourceSpan, over children: [ExpressionSyntax]) throws(Diagnostic) -> ExpressionSyntax
  {
    let node = ExpressionSyntax(kind, span(from: start), over: children)
    if node.depth > SQLLimits.syntaxDepthMax {
      throw Diagnostic("this expression is nested too deeply: at most \(SQLLimits.syntaxDepthMax) levels", at: start)
    }
    return node
  }

  private mutating func disjunction() throws(Diagnostic) -> ExpressionSyntax {
    let start = token.span
    var operands = [try conjunction()]
    while accept("OR") { operands.append(try conjunction()) }
    return operands.count == 1 ? operands[0] : try node(.chain("OR", operands), from: start, over: operands)
  }

  private mutating func conjunction() throws(Diagnostic) -> ExpressionSyntax {
    let start = token.span
    var operands = [try negation()]
    while accept("AND") { operands.append(try negation()) }
    return operands.count == 1 ? operands[0] : try node(.chain("AND", operands), from: start, over: operands)
  }

  private mutating func negation() throws(Diagnostic) -> ExpressionSyntax {
    let start = token.span
    guard accept("NOT") else { return try predicate() }
    let operand = try nested { parser throws(Diagnostic) in try parser.negation() }
    return try node(.not(operand), from: start, over: [operand])
  }

  private static let comparisons: Set<String> = ["=", "<>", "!=", "<", "<=", ">", ">="]

  /// Comparisons and what else gives a boolean of values.
  private mutating func predicate() throws(Diagnostic) -> ExpressionSyntax {
    let start = token.span
    var left = try sum()
    while true {
      if token.kind == .symbol, Self.comparisons.contains(token.text) {
        let symbol = token.text == "!=" ? "<>" : token.text
        advance()
        if isWord("ANY") || isWord("SOME") || isWord("ALL"), isSymbol("(", 1) {
          left = try quantified(left, symbol, from: start)
          continue
        }
        let right = try sum()
        left = try node(.binary(symbol, left, right), from: start, over: [left, right])
        continue
      }
      if accept("IS") {
        let isNegated = accept("NOT")
        if accept("DISTINCT") {
          try expect("FROM")
          let right = try sum()
          left = try node(.distinctFrom(left, right, isNegated: isNegated), from: start, over: [left, right])
        } else if isWord("NULL") || isWord("TRUE") || isWord("FALSE") || isWord("UNKNOWN") {
          let test = token.upper
          advance()
          left = try node(.test(left, test, isNegated: isNegated), from: start, over: [left])
        } else if isWord("JSON") {
          left = try jsonTest(left, isNegated: isNegated, from: start)
        } else {
          throw unexpected("NULL", "TRUE", "FALSE", "UNKNOWN", "DISTINCT FROM")
        }
        continue
      }
      let isNegated = isWord("NOT") && ["BETWEEN", "IN", "LIKE", "SIMILAR", "ILIKE", "RLIKE"].contains { isWord($0, 1) }
      if isNegated { advance() }
      if accept("BETWEEN") {
        let isSymmetric = accept("SYMMETRIC")
        if !isSymmetric { _ = accept("ASYMMETRIC") }
        let low = try sum()
        try expect("AND")
        let high = try sum()
        left = try node(
          .between(left, low, high, isNegated: isNegated, isSymmetric: isSymmetric), from: start, over: [left, low, high])
      } else if accept("IN") {
        try expectSymbol("(")
        if beginsQuery {
          let query = try query()
          try expectSymbol(")")
          left = try node(.inQuery(left, query, isNegated: isNegated), from: start, over: [left])
          continue
        }
        let values = try list { parser throws(Diagnostic) in try parser.expression() }
        if !acceptSymbol(")") { throw unexpected("','", "')'") }
        left = try node(.inList(left, values, isNegated: isNegated), from: start, over: [left] + values)
      } else if accept("LIKE") {
        let pattern = try sum()
        let escape = accept("ESCAPE") ? try sum() : nil
        left = try node(
          .like(left, pattern, escape: escape, isNegated: isNegated), from: start, over: [left, pattern] + (escape.map { [$0] } ?? []))
      } else if isWord("SIMILAR"), isWord("TO", 1) {
        let name = token.span
        advance()
        advance()
        var operands = [left, try sum()]
        if accept("ESCAPE") { operands.append(try sum()) }
        left = try node(.call(CallSyntax(name: "SIMILAR TO", nameSpan: name, arguments: operands)), from: start, over: operands)
        if isNegated { left = try node(.not(left), from: start, over: [left]) }
      } else if isWord("OVERLAPS") {
        left = try overlaps(left, from: start)
      } else if isWord("SIMILAR") || isWord("ILIKE") || isWord("RLIKE") {
        throw .unsupported("\(token.upper) is", at: token.span, instead: "LIKE and REGEXP are")
      } else {
        return left
      }
    }
  }

  /// A value without comparison at its top: what stands beside IN, LIKE and BETWEEN.
  mutating func operand() throws(Diagnostic) -> ExpressionSyntax { try sum() }

  private mutating func sum() throws(Diagnostic) -> ExpressionSyntax {
    let start = token.span
    var left = try product()
    while isSymbol("+") || isSymbol("-") {
      let symbol = token.text
      advance()
      let right = try product()
      left = try node(.binary(symbol, left, right), from: start, over: [left, right])
    }
    return left
  }

  private mutating func product() throws(Diagnostic) -> ExpressionSyntax {
    let start = token.span
    var left = try signed()
    while true {
      if isSymbol("*") || isSymbol("/") || isSymbol("%") {
        let symbol = token.text
        advance()
        let right = try signed()
        left = try node(.binary(symbol, left, right), from: start, over: [left, right])
      } else if isSymbol("||") {
        var operands = [left]
        while acceptSymbol("||") { operands.append(try signed()) }
        left = try node(.chain("||", operands), from: start, over: operands)
      } else {
        return left
      }
    }
  }

  private mutating func signed() throws(Diagnostic) -> ExpressionSyntax {
    let start = token.span
    if acceptSymbol("+") { return try nested { parser throws(Diagnostic) in try parser.signed() } }
    guard acceptSymbol("-") else { return try postfix() }
    let operand = try nested { parser throws(Diagnostic) in try parser.signed() }
    if case .number(let text) = operand.kind, !text.hasPrefix("-") { return ExpressionSyntax(.number("-" + text), span(from: start)) }
    return try node(.negate(operand), from: start, over: [operand])
  }

  private mutating func postfix() throws(Diagnostic) -> ExpressionSyntax {
    let start = token.span
    var value = try primary()
    while true {
      if acceptSymbol("[") {
        let index = try expression()
        try expectSymbol("]")
        value = try node(.element(value, index), from: start, over: [value, index])
      } else if isSymbol(".") {
        advance()
        if case .name(var parts) = value.kind {
          guard parts.count < SQLLimits.nestingDepthMax else { throw Diagnostic("this name has too many parts", at: start) }
          parts.append(try identifier("a field"))
          value = ExpressionSyntax(.name(parts), span(from: start))
        } else {
          let name = try identifier("a field")
          value = try node(.field(value, name), from: start, over: [value])
        }
      } else {
        return value
      }
    }
  }

  private var beginsQuery: Bool { isWord("SELECT") || isWord("WITH") || isWord("VALUES") }

  /// `ANY (...)`, `SOME (...)` or `ALL (...)` behind a comparison, of a query or of a list.
  private mutating func quantified(_ left: ExpressionSyntax, _ symbol: String, from start: SourceSpan) throws(Diagnostic)
    -> ExpressionSyntax
  {
    let isAll = accept("ALL")
    if !isAll { advance() }
    try expectSymbol("(")
    guard beginsQuery else {
      let values = try list { parser throws(Diagnostic) in try parser.expression() }
      if !acceptSymbol(")") { throw unexpected("','", "')'") }
      var tests: [ExpressionSyntax] = []
      for value in values { tests.append(try node(.binary(symbol, left, value), from: start, over: [left, value])) }
      return tests.count == 1 ? tests[0] : try node(.chain(isAll ? "AND" : "OR", tests), from: start, over: tests)
    }
    let query = try query()
    try expectSymbol(")")
    switch (symbol, isAll) {
    case ("=", false): return try node(.inQuery(left, query, isNegated: false), from: start, over: [left])
    case ("<>", true): return try node(.inQuery(left, query, isNegated: true), from: start, over: [left])
    default: return try node(.quantified(left, symbol, query, isAll: isAll), from: start, over: [left])
    }
  }

  private mutating func primary() throws(Diagnostic) -> ExpressionSyntax {
    let first = token
    switch first.kind {
    case .number:
      advance()
      return ExpressionSyntax(.number(first.text), first.span)
    case .string:
      advance()
      return ExpressionSyntax(.string(first.text), first.span)
    case .bytes:
      advance()
      return ExpressionSyntax(.bytes(first.text), first.span)
    case .quotedWord:
      if isSymbol("(", 1) { return try call() }
      return ExpressionSyntax(.name([try identifier("a column")]), first.span)
    case .word: return try wordPrimary()
    case .symbol where first.text == "(":
      advance()
      if beginsQuery {
        let query = try query()
        try expectSymbol(")")
        return ExpressionSyntax(.scalarQuery(query), span(from: first.span))
      }
      let values = try list { parser throws(Diagnostic) in try parser.expression() }
      if !acceptSymbol(")") { throw unexpected("','", "')'") }
      if values.count > 1 { return try node(.row(values), from: first.span, over: values) }
      return try timeDifference(values[0], from: first.span) ?? values[0]
    default:
      throw unexpected("an expression")
    }
  }

  private mutating func wordPrimary() throws(Diagnostic) -> ExpressionSyntax {
    let first = token
    switch first.upper {
    case "TRUE", "FALSE":
      advance()
      return ExpressionSyntax(.boolean(first.upper == "TRUE"), first.span)
    case "NULL", "UNKNOWN":
      advance()
      return ExpressionSyntax(.null, first.span)
    case "DATE" where peek(1).kind == .string, "TIME" where peek(1).kind == .string, "TIMESTAMP" where peek(1).kind == .string:
      advance()
      let text = try stringLiteral("a time")
      return ExpressionSyntax(.temporal(first.upper, text.text), span(from: first.span))
    case "INTERVAL": return try interval()
    case "CASE": return try conditional()
    case "CAST", "TRY_CAST":
      guard isSymbol("(", 1) else { break }
      advance()
      advance()
      let value = try expression()
      try expect("AS")
      let type = accept("INTERVAL") ? try intervalType() : try type().type
      try expectSymbol(")")
      return try node(.cast(value, type, isTry: first.upper == "TRY_CAST"), from: first.span, over: [value])
    case "ARRAY" where isSymbol("[", 1), "MAP" where isSymbol("[", 1):
      advance()
      advance()
      var values: [ExpressionSyntax] = []
      if !isSymbol("]") { values = try list { parser throws(Diagnostic) in try parser.expression() } }
      try expectSymbol("]")
      return try node(first.upper == "MAP" ? .map(values) : .array(values), from: first.span, over: values)
    case "ROW" where isSymbol("(", 1):
      advance()
      advance()
      let values = try list { parser throws(Diagnostic) in try parser.expression() }
      try expectSymbol(")")
      return try node(.row(values), from: first.span, over: values)
    case "EXISTS" where isSymbol("(", 1):
      advance()
      advance()
      let query = try query()
      try expectSymbol(")")
      return ExpressionSyntax(.exists(query), span(from: first.span))
    case "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "LOCALTIME", "LOCALTIMESTAMP":
      if isSymbol("(", 1) { break }
      advance()
      return ExpressionSyntax(.call(CallSyntax(name: first.upper, nameSpan: first.span, arguments: [])), first.span)
    default: break
    }
    if Self.clauseWords.contains(first.upper) { throw unexpected("an expression") }
    if isSymbol("(", 1) { return try call() }
    return ExpressionSyntax(.name([try identifier("an expression")]), first.span)
  }

  /// Words that go on with the statement: where one stands instead of an expression, the expression is missing.
  private static let clauseWords: Set<String> = [
    "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "UNION", "JOIN", "ON", "AND", "OR", "AS", "THEN", "WHEN", "ELSE", "END", "BY",
    "INTO", "INSERT", "CREATE", "DROP", "SET", "IN", "IS", "LIKE", "BETWEEN", "WITH", "TABLE", "LIMIT", "INNER", "OVER",
  ]

  private mutating func conditional() throws(Diagnostic) -> ExpressionSyntax {
    let start = token.span
    advance()
    let operand = isWord("WHEN") ? nil : try expression()
    var branches: [(ExpressionSyntax, ExpressionSyntax)] = []
    while accept("WHEN") {
      var conditions = [try expression()]
      // `CASE x WHEN 1, 2 THEN`: either of them.
      while operand != nil, acceptSymbol(",") { conditions.append(try expression()) }
      try expect("THEN")
      let value = try expression()
      branches += conditions.map { ($0, value) }
    }
    if branches.isEmpty { throw unexpected("WHEN") }
    let otherwise = accept("ELSE") ? try expression() : nil
    if !accept("END") { throw otherwise == nil ? unexpected("WHEN", "ELSE", "END") : unexpected("END") }
    let children = [operand, otherwise].compactMap { $0 } + branches.flatMap { [$0.0, $0.1] }
    return try node(.conditional(operand: operand, branches: branches, otherwise: otherwise), from: start, over: children)
  }

  /// `(a - b) DAY`: what stands behind the parentheses makes an interval of a difference of times. Nil if nothing does.
  private mutating func timeDifference(_ value: ExpressionSyntax, from start: SourceSpan) throws(Diagnostic) -> ExpressionSyntax? {
    guard case .binary("-", let left, let right) = value.kind, token.kind == .word,
      Self.intervalUnits.contains(where: { isWord($0.rawValue) })
    else { return nil }
    let name = token.span
    let unit = try timeUnit(Self.intervalUnits)
    try skipPrecision()
    if accept("TO") {
      _ = try timeUnit(Self.intervalUnits)
      try skipPrecision()
    }
    let operands = [left, right]
    return try node(.call(CallSyntax(name: "(-)", nameSpan: name, arguments: operands, unit: unit)), from: start, over: operands)
  }

  /// `(a, b) OVERLAPS (c, d)`; the first pair is at hand.
  private mutating func overlaps(_ left: ExpressionSyntax, from start: SourceSpan) throws(Diagnostic) -> ExpressionSyntax {
    let name = token.span
    advance()
    let right = try sum()
    guard case .row(let first) = left.kind, case .row(let second) = right.kind, first.count == 2, second.count == 2 else {
      throw Diagnostic("OVERLAPS compares two periods: (start, end) OVERLAPS (start, end or interval)", at: name)
    }
    let operands = first + second
    return try node(.call(CallSyntax(name: "OVERLAPS", nameSpan: name, arguments: operands)), from: start, over: operands)
  }

  private mutating func interval() throws(Diagnostic) -> ExpressionSyntax {
    let start = token.span
    advance()
    let isNegative = acceptSymbol("-")
    guard token.kind == .string else {
      throw Diagnostic("the value of an interval is written in quotes: INTERVAL '10' SECOND", at: token.span, expected: ["a string"])
    }
    let text = try stringLiteral("a value in quotes").text
    let from = try timeUnit(Self.intervalUnits)
    try skipPrecision()
    var to: TimeUnit?
    if accept("TO") {
      to = try timeUnit(Self.intervalUnits)
      try skipPrecision()
    }
    return ExpressionSyntax(.interval(text: text, isNegative: isNegative, from: from, to: to), span(from: start))
  }

  /// The kind of interval, which its first unit tells: `DAY TO SECOND`.
  private mutating func intervalType() throws(Diagnostic) -> DataType {
    let from = try timeUnit(Self.intervalUnits)
    try skipPrecision()
    if accept("TO") {
      _ = try timeUnit(Self.intervalUnits)
      try skipPrecision()
    }
    return from.months == nil ? .intervalTime : .intervalMonths
  }

  private static let intervalUnits: [TimeUnit] = [.year, .quarter, .month, .week, .day, .hour, .minute, .second]

  /// `SECOND(3)`, `DAY(2)`: how many digits there may be, which nothing here depends on.
  private mutating func skipPrecision() throws(Diagnostic) {
    guard acceptSymbol("(") else { return }
    repeat {
      if token.kind != .number { throw unexpected("a number") }
      advance()
    } while acceptSymbol(",")
    try expectSymbol(")")
  }

  /// A unit, in singular or plural.
  mutating func timeUnit(_ allowed: [TimeUnit]) throws(Diagnostic) -> TimeUnit {
    let names = allowed.map(\.rawValue)
    guard token.kind == .word || token.kind == .string else { throw unexpected("a unit of time") }
    var name = token.kind == .word ? token.upper : token.text.uppercased()
    if name.hasPrefix("SQL_TSI_") { name.removeFirst(8) }
    if !names.contains(name), name.hasSuffix("S") { name.removeLast() }
    guard let unit = allowed.first(where: { $0.rawValue == name }) else {
      throw Diagnostic(
        "unknown unit \(token.described)", at: token.span, expected: names, suggestion: nearestName(to: token.text, in: names))
    }
    advance()
    return unit
  }
}
