//  What stands in the parentheses of OVER and of the WINDOW clause.

extension Parser {
  /// `(PARTITION BY ... ORDER BY ... ROWS BETWEEN ... AND ...)`.
  mutating func overWindow() throws(Diagnostic) -> OverSyntax {
    let start = token.span
    try expectSymbol("(")
    var over = OverSyntax(span: start)
    if accept("PARTITION") {
      try expect("BY")
      over.partition = try list { parser throws(Diagnostic) in try parser.expression() }
    }
    if accept("ORDER") {
      try expect("BY")
      over.order = try list { parser throws(Diagnostic) in try parser.sortKey() }
    }
    if isWord("ROWS") || isWord("RANGE") { over.frame = try frame() }
    if !acceptSymbol(")") { throw unexpected("','", "')'") }
    over.span = span(from: start)
    return over
  }

  mutating func sortKey() throws(Diagnostic) -> OverSyntax.Key {
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

  /// Without BETWEEN the frame ends with the row at hand.
  private mutating func frame() throws(Diagnostic) -> FrameSyntax {
    let start = token.span
    let isRows = isWord("ROWS")
    advance()
    var frame: FrameSyntax
    if accept("BETWEEN") {
      let lower = try frameBound()
      try expect("AND")
      frame = FrameSyntax(isRows: isRows, lower: lower, upper: try frameBound(), span: start)
    } else {
      frame = FrameSyntax(isRows: isRows, lower: try frameBound(), upper: .currentRow, span: start)
    }
    if isWord("EXCLUDE") { throw .unsupported("EXCLUDE in a frame is", at: token.span) }
    frame.span = span(from: start)
    return frame
  }

  private mutating func frameBound() throws(Diagnostic) -> FrameSyntax.Bound {
    if accept("CURRENT") {
      try expect("ROW")
      return .currentRow
    }
    if accept("UNBOUNDED") {
      if accept("FOLLOWING") { return .following }
      try expect("PRECEDING")
      return .unboundedPreceding
    }
    let distance = try expression()
    if accept("FOLLOWING") { return .following }
    if !accept("PRECEDING") { throw unexpected("PRECEDING", "FOLLOWING") }
    return .preceding(distance)
  }
}
