//  What follows the body of a query: ORDER BY, LIMIT, OFFSET and FETCH; and the elements of GROUP BY.

extension Parser {
  /// `[ORDER BY ...] [LIMIT n | LIMIT ALL] [OFFSET n [ROW | ROWS]] [FETCH {FIRST | NEXT} [n] {ROW | ROWS} ONLY]`.
  mutating func order(_ query: inout QuerySyntax) throws(Diagnostic) {
    query.orderSpan = token.span
    if accept("ORDER") {
      try expect("BY")
      query.order = try list { parser throws(Diagnostic) in try parser.sortKey() }
    }
    if accept("LIMIT"), !accept("ALL") {
      let first = try rowCount("LIMIT")
      if acceptSymbol(",") {
        query.offset = first
        query.limit = try rowCount("LIMIT")
      } else {
        query.limit = first
      }
    }
    if accept("OFFSET") {
      if query.offset != nil { throw Diagnostic("the offset is given twice", at: previousSpan) }
      query.offset = try rowCount("OFFSET")
      if !accept("ROW") { _ = accept("ROWS") }
    }
    if accept("FETCH") {
      if query.limit != nil { throw Diagnostic("LIMIT and FETCH say the same; give one of them", at: previousSpan) }
      if !accept("FIRST"), !accept("NEXT") { throw unexpected("FIRST", "NEXT") }
      query.limit = isWord("ROW") || isWord("ROWS") ? 1 : try rowCount("FETCH")
      if !accept("ROW"), !accept("ROWS") { throw unexpected("ROW", "ROWS") }
      try expect("ONLY")
    }
  }

  private mutating func rowCount(_ clause: String) throws(Diagnostic) -> Int64 {
    guard token.kind == .number, let count = Int64(token.text) else {
      throw Diagnostic("\(clause) takes a whole number; this is \(token.described)", at: token.span, expected: ["a whole number"])
    }
    advance()
    return count
  }

  /// `a`, `(a, b)`, `()`, `ROLLUP (...)`, `CUBE (...)`, `GROUPING SETS (...)`.
  mutating func grouping() throws(Diagnostic) -> GroupingSyntax {
    try nested { parser throws(Diagnostic) in
      let start = parser.token.span
      if parser.accept("GROUPING", "SETS") {
        let sets = try parser.groupingList { parser throws(Diagnostic) in try parser.grouping() }
        return .sets(sets, parser.span(from: start))
      }
      if parser.isWord("ROLLUP") || parser.isWord("CUBE") {
        let isRollup = parser.accept("ROLLUP")
        if !isRollup { parser.advance() }
        let keys = try parser.groupingList { parser throws(Diagnostic) in try parser.groupingKey() }
        return isRollup ? .rollup(keys, parser.span(from: start)) : .cube(keys, parser.span(from: start))
      }
      return try parser.groupingKey()
    }
  }

  private mutating func groupingList(
    _ element: (inout Parser) throws(Diagnostic) -> GroupingSyntax
  ) throws(Diagnostic) -> [GroupingSyntax] {
    try expectSymbol("(")
    let elements = try list(element)
    if !acceptSymbol(")") { throw unexpected("','", "')'") }
    return elements
  }

  private mutating func groupingKey() throws(Diagnostic) -> GroupingSyntax {
    let start = token.span
    if isSymbol("("), isSymbol(")", 1) {
      advance()
      advance()
      return .composite([], span(from: start))
    }
    let isParenthesized = isSymbol("(")
    let key = try expression()
    if isParenthesized, case .row(let elements) = key.kind { return .composite(elements, key.span) }
    return .key(key)
  }
}
