//  EXPLAIN: its details and what it takes.

extension Parser {
  /// What follows EXPLAIN.
  mutating func explain(_ start: SourceSpan) throws(Diagnostic) -> ExplainSyntax {
    var details: Set<ExplainDetail> = []
    if accept("PLAN") {
      try expect("FOR")
    } else if token.kind == .word, Self.isDetail(token.upper) {
      repeat { details.insert(try explainDetail()) } while acceptSymbol(",")
    }
    let statement = token
    let target: ExplainSyntax.Target
    if accept("STATEMENT", "SET") || accept("EXECUTE", "STATEMENT", "SET") {
      try expect("BEGIN")
      target = .inserts(try statementSet(statement))
    } else if isWord("INSERT") {
      target = .inserts([try insert()])
    } else if isWord("SELECT") || isWord("WITH") || isWord("VALUES") || isSymbol("(") {
      target = .query(try query())
    } else {
      throw unexpected("a query", "INSERT", "STATEMENT SET", "PLAN FOR", "CHANGELOG_MODE", "JSON_EXECUTION_PLAN")
    }
    return ExplainSyntax(details: details, target: target, span: span(from: start))
  }

  private static func isDetail(_ word: String) -> Bool {
    ExplainDetail(rawValue: word) != nil || word == "ESTIMATED_COST" || word == "PLAN_ADVICE"
  }

  private mutating func explainDetail() throws(Diagnostic) -> ExplainDetail {
    let word = token
    if word.kind == .word, let detail = ExplainDetail(rawValue: word.upper) {
      advance()
      return detail
    }
    if isWord("ESTIMATED_COST") || isWord("PLAN_ADVICE") {
      throw .unsupported("\(word.upper) is", at: word.span, instead: "plans are made by rules, without estimates of cost")
    }
    throw unexpected("CHANGELOG_MODE", "JSON_EXECUTION_PLAN")
  }
}
