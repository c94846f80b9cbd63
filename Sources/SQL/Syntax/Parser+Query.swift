//  Queries: WITH, SELECT, VALUES, set operations, and what FROM takes.

import Dataflow

extension Parser {
  /// `[WITH ...] SELECT ... [UNION [ALL] ...]`; INTERSECT binds tighter than UNION and EXCEPT.
  mutating func query() throws(Diagnostic) -> QuerySyntax {
    try nested { parser throws(Diagnostic) in
      let start = parser.token.span
      var common: [CommonTableSyntax] = []
      if parser.accept("WITH") {
        if parser.isWord("RECURSIVE") { throw .unsupported("WITH RECURSIVE is", at: parser.token.span) }
        common = try parser.list { parser throws(Diagnostic) in
          let name = try parser.identifier("a name")
          let columns = parser.isSymbol("(") ? try parser.identifiersInParentheses("a column name") : []
          try parser.expect("AS")
          try parser.expectSymbol("(")
          let query = try parser.query()
          try parser.expectSymbol(")")
          return CommonTableSyntax(name: name, columns: columns, query: query)
        }
      }
      var query = QuerySyntax(common: common, body: try parser.union(), span: start)
      try parser.order(&query)
      query.span = parser.span(from: start)
      return query
    }
  }

  private mutating func union() throws(Diagnostic) -> QueryBodySyntax {
    let start = token.span
    var body = try intersection()
    var alternations = 0
    func countLevel(_ place: SourceSpan) throws(Diagnostic) {
      alternations += 1
      if alternations > SQLLimits.nestingDepthMax {
        throw Diagnostic("nested too deeply: at most \(SQLLimits.nestingDepthMax) levels", at: place)
      }
    }
    while true {
      if isWord("MINUS") { throw .unsupported("MINUS is", at: token.span, instead: "write EXCEPT") }
      if accept("EXCEPT") {
        let isAll = try acceptAll()
        body = .setOperation(.except, body, try intersection(), isAll: isAll, start)
        try countLevel(token.span)
        continue
      }
      guard accept("UNION") else { return body }
      let isAll = try acceptAll()
      let next = try intersection()
      if case .union(let operands, isAll, let span) = body, isAll {
        body = .union(operands + [next], isAll: true, span)
      } else {
        body = .union([body, next], isAll: isAll, start)
        try countLevel(token.span)
      }
      if case .union(let operands, _, _) = body, operands.count > SQLLimits.planNodeCountMax {
        throw Diagnostic("too many operands of UNION: at most \(SQLLimits.planNodeCountMax)", at: token.span)
      }
    }
  }

  /// `[ALL | DISTINCT]` behind a set operation.
  private mutating func acceptAll() throws(Diagnostic) -> Bool {
    if accept("ALL") { return true }
    _ = accept("DISTINCT")
    return false
  }

  private mutating func intersection() throws(Diagnostic) -> QueryBodySyntax {
    let start = token.span
    var body = try queryTerm()
    var levels = 0
    while accept("INTERSECT") {
      let isAll = try acceptAll()
      body = .setOperation(.intersect, body, try queryTerm(), isAll: isAll, start)
      levels += 1
      if levels > SQLLimits.nestingDepthMax {
        throw Diagnostic("nested too deeply: at most \(SQLLimits.nestingDepthMax) levels", at: token.span)
      }
    }
    return body
  }

  private mutating func queryTerm() throws(Diagnostic) -> QueryBodySyntax {
    if acceptSymbol("(") {
      let query = try query()
      try expectSymbol(")")
      return .nested(query)
    }
    if isWord("VALUES") { return try values() }
    if isWord("TABLE") { throw .unsupported("TABLE as a query is", at: token.span, instead: "write SELECT * FROM") }
    return .select(try select())
  }

  private mutating func select() throws(Diagnostic) -> SelectSyntax {
    let start = token.span
    try expect("SELECT")
    let hints = try stateHints()
    let isDistinct = accept("DISTINCT")
    if !isDistinct { _ = accept("ALL") }
    let items = try list { parser throws(Diagnostic) in try parser.selectItem() }
    let hasFrom = accept("FROM")
    if !hasFrom, !endsSelectList {
      let alias = peek(-1)
      if alias.kind == .word, let word = nearestName(to: alias.text, in: ["FROM"]) {
        throw Diagnostic("unexpected '\(alias.text)'", at: alias.span, expected: ["','", "FROM"], suggestion: word)
      }
      throw unexpected("','", "FROM")
    }
    var from = hasFrom ? try tableExpression() : .nothing
    var tables = 1
    while hasFrom, acceptSymbol(",") {
      let next = try tableExpression()
      tables += 1
      if tables > SQLLimits.nestingDepthMax {
        throw Diagnostic("too many tables: at most \(SQLLimits.nestingDepthMax)", at: previousSpan)
      }
      from = .join(from, next, .inner, condition: nil, span(from: start))
    }
    var select = SelectSyntax(hints: hints, isDistinct: isDistinct, items: items, from: from, span: start)
    if accept("WHERE") { select.filter = try expression() }
    if accept("GROUP", "BY") {
      select.groupBy = try list { parser throws(Diagnostic) in try parser.grouping() }
    } else if isWord("GROUP") {
      advance()
      throw unexpected("BY")
    }
    if accept("HAVING") { select.having = try expression() }
    if accept("WINDOW") {
      select.windows = try list { parser throws(Diagnostic) in
        let name = try parser.identifier("a name")
        try parser.expect("AS")
        return (name, try parser.overWindow())
      }
      try QueryBinder.unique(select.windows.map(\.name))
    }
    if isWord("QUALIFY") { throw .unsupported("QUALIFY is", at: token.span) }
    return select
  }

  /// Whether a SELECT list may end here without FROM.
  private var endsSelectList: Bool {
    isAtEnd || isSymbol(";") || isSymbol(")")
      || ["UNION", "INTERSECT", "EXCEPT", "MINUS", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH"].contains { isWord($0) }
  }

  /// `VALUES (1, 'a'), ROW(2, 'b'), 3`; a bare expression is a row of one column.
  private mutating func values() throws(Diagnostic) -> QueryBodySyntax {
    let start = token.span
    advance()
    var rows: [[ExpressionSyntax]] = []
    repeat {
      let place = token.span
      let row = try valuesRow()
      if let first = rows.first, first.count != row.count {
        throw Diagnostic("the rows of VALUES have \(first.count) and \(row.count) columns", at: place)
      }
      rows.append(row)
      if rows.count * row.count > SQLLimits.valuesCountMax {
        throw Diagnostic("too many values: at most \(SQLLimits.valuesCountMax)", at: place)
      }
    } while acceptSymbol(",")
    return .values(rows, span(from: start))
  }

  private mutating func valuesRow() throws(Diagnostic) -> [ExpressionSyntax] {
    let value = try expression()
    switch value.kind {
    case .row(let elements): return elements
    default: return [value]
    }
  }

  private mutating func selectItem() throws(Diagnostic) -> SelectItemSyntax {
    let start = token.span
    if acceptSymbol("*") { return .star(qualifier: [], start) }
    var offset = 0
    while peek(offset).kind == .word || peek(offset).kind == .quotedWord, isSymbol(".", offset + 1) { offset += 2 }
    if offset > 0, isSymbol("*", offset) {
      var qualifier: [Identifier] = []
      while !isSymbol("*") {
        qualifier.append(try identifier("a table"))
        try expectSymbol(".")
      }
      advance()
      return .star(qualifier: qualifier, span(from: start))
    }
    let value = try expression()
    if accept("AS") { return .expression(value, alias: try identifier("a name")) }
    return .expression(value, alias: isIdentifier ? try identifier("a name") : nil)
  }

  private mutating func tableExpression() throws(Diagnostic) -> TableSyntax {
    let start = token.span
    var table = try tablePrimary()
    var joins = 0
    while true {
      if isWord("ASOF") { throw .unsupported("ASOF JOIN is", at: token.span) }
      if isWord("MATCH_RECOGNIZE") || isWord("TABLESAMPLE") || isWord("PIVOT") || isWord("UNPIVOT") {
        throw .unsupported("\(token.upper) is", at: token.span)
      }
      let natural = accept("NATURAL") ? previousSpan : nil
      let isCross = natural == nil && accept("CROSS")
      if isCross { try expect("JOIN") }
      guard let kind = isCross ? .inner : try joinKind() else {
        if natural != nil { throw unexpected("JOIN", "INNER", "LEFT", "RIGHT", "FULL") }
        return table
      }
      joins += 1
      if joins > SQLLimits.nestingDepthMax {
        throw Diagnostic("too many joins: at most \(SQLLimits.nestingDepthMax)", at: previousSpan)
      }
      let right = try tablePrimary()
      if isCross || natural != nil, isWord("ON") || isWord("USING") {
        throw Diagnostic("\(isCross ? "CROSS" : "NATURAL") JOIN takes no \(token.upper)", at: token.span)
      }
      var condition = natural.map { JoinConditionSyntax.natural($0) }
      if !isCross, condition == nil {
        if accept("USING") {
          condition = .using(try identifiersInParentheses("a column of both sides"))
        } else {
          guard accept("ON") else { throw unexpected("ON", "USING") }
          condition = .on(try expression())
        }
      }
      table = .join(table, right, kind, condition: condition, span(from: start))
    }
  }

  /// `[INNER] JOIN`, `LEFT [OUTER] JOIN` and so on; nil if no join follows.
  private mutating func joinKind() throws(Diagnostic) -> JoinKind? {
    if accept("JOIN") { return .inner }
    if accept("INNER") {
      try expect("JOIN")
      return .inner
    }
    for (word, kind) in [("LEFT", JoinKind.left), ("RIGHT", .right), ("FULL", .full)] where accept(word) {
      _ = accept("OUTER")
      try expect("JOIN")
      return kind
    }
    return nil
  }

  private mutating func tablePrimary() throws(Diagnostic) -> TableSyntax {
    let start = token.span
    if isWord("LATERAL") || isWord("UNNEST") { throw .unsupported("\(token.upper) is", at: token.span) }
    if acceptSymbol("(") {
      if isWord("SELECT") || isWord("WITH") || isSymbol("(") || isWord("VALUES") || isWord("TABLE") {
        let query = try query()
        try expectSymbol(")")
        let span = span(from: start)
        return .derived(query, alias: try tableAlias(), span)
      }
      let table = try nested { parser throws(Diagnostic) in try parser.tableExpression() }
      try expectSymbol(")")
      return table
    }
    if accept("TABLE") {
      try expectSymbol("(")
      let window = try windowFunction()
      try expectSymbol(")")
      return .window(window, alias: try tableAlias())
    }
    if token.kind == .word, isSymbol("(", 1), !ReservedWords.contains(token.upper) {
      return .window(try windowFunction(), alias: try tableAlias())
    }
    let name = try objectName("a table")
    if isSymbol("/*+") { throw .unsupported("a hint behind a table is", at: token.span, instead: "set options in the table's WITH") }
    if isWord("FOR"), isWord("SYSTEM_TIME", 1) { throw .unsupported("FOR SYSTEM_TIME AS OF is", at: token.span) }
    return .named(name, alias: try tableAlias())
  }

  private mutating func tableAlias() throws(Diagnostic) -> TableAliasSyntax? {
    guard accept("AS") || (isIdentifier && !Self.clauseWords.contains(token.upper)) else { return nil }
    let name = try identifier("a name")
    let columns = isSymbol("(") ? try identifiersInParentheses("a column name") : []
    return TableAliasSyntax(name: name, columns: columns)
  }

  /// Words that begin a clause though they are not reserved.
  private static let clauseWords: Set<String> = ["ASOF", "WINDOW"]

  private mutating func windowFunction() throws(Diagnostic) -> WindowSyntax {
    let name = token
    guard name.kind == .word else { throw unexpected("TUMBLE", "HOP", "CUMULATE", "SESSION") }
    advance()
    let wanted: [String]
    switch name.upper {
    case "TUMBLE": wanted = ["SIZE"]
    case "HOP": wanted = ["SLIDE", "SIZE"]
    case "CUMULATE": wanted = ["STEP", "SIZE"]
    case "SESSION": wanted = ["GAP"]
    default:
      throw Diagnostic(
        "unknown table function '\(name.text)'", at: name.span, expected: ["TUMBLE", "HOP", "CUMULATE", "SESSION"],
        suggestion: nearestName(to: name.text, in: ["TUMBLE", "HOP", "CUMULATE", "SESSION"]))
    }
    try expectSymbol("(")
    var input: TableSyntax?
    var partition: [Identifier] = []
    var time: Identifier?
    var intervals: [String: ExpressionSyntax] = [:]
    var positional = 0
    let order = ["DATA", "TIMECOL"] + wanted + (name.upper == "SESSION" ? [] : ["OFFSET"])
    repeat {
      var parameter: String
      let start = token
      if token.kind == .word || token.kind == .quotedWord, isSymbol("=>", 1) {
        parameter = token.text.uppercased()
        guard order.contains(parameter) else {
          throw Diagnostic(
            "\(name.upper) has no parameter '\(token.text)'", at: token.span, expected: order,
            suggestion: nearestName(to: token.text, in: order))
        }
        advance()
        advance()
      } else {
        guard positional < order.count else {
          throw Diagnostic("too many arguments for \(name.upper)", at: start.span)
        }
        parameter = order[positional]
      }
      positional += 1
      switch parameter {
      case "DATA":
        if input != nil { throw Diagnostic("\(name.upper) has one input", at: start.span) }
        input = try windowInput()
        partition = try windowPartition(name.upper)
      case "TIMECOL":
        try expect("DESCRIPTOR")
        let columns = try identifiersInParentheses("a column")
        if columns.count != 1 { throw Diagnostic("DESCRIPTOR takes one column here", at: columns[1].span) }
        time = columns[0]
      default:
        if intervals[parameter] != nil { throw Diagnostic("\(parameter) is given twice", at: start.span) }
        intervals[parameter] = try expression()
      }
    } while acceptSymbol(",")
    guard let input, let time, wanted.allSatisfy({ intervals[$0] != nil }) else {
      throw Diagnostic("\(name.upper) has too few arguments", at: token.span, expected: [Self.form(name.upper)])
    }
    if !acceptSymbol(")") { throw unexpected("','", "')'") }
    return WindowSyntax(
      function: name.upper, input: input, partition: partition, time: time, intervals: (wanted + ["OFFSET"]).compactMap { intervals[$0] },
      span: span(from: name.span))
  }

  private static func form(_ function: String) -> String {
    switch function {
    case "TUMBLE": "TUMBLE(TABLE t, DESCRIPTOR(c), size[, offset])"
    case "HOP": "HOP(TABLE t, DESCRIPTOR(c), slide, size[, offset])"
    case "SESSION": "SESSION(TABLE t [PARTITION BY (a, ...)], DESCRIPTOR(c), gap)"
    default: "CUMULATE(TABLE t, DESCRIPTOR(c), step, size[, offset])"
    }
  }

  private mutating func windowInput() throws(Diagnostic) -> TableSyntax {
    let start = token.span
    if acceptSymbol("(") {
      let query = try query()
      try expectSymbol(")")
      return .derived(query, alias: nil, span(from: start))
    }
    guard accept("TABLE") else { throw unexpected("TABLE") }
    let name = try objectName("a table")
    return .named(name, alias: nil)
  }

  /// `PARTITION BY a` or `PARTITION BY (a, b)`, of a session alone.
  private mutating func windowPartition(_ function: String) throws(Diagnostic) -> [Identifier] {
    let start = token.span
    guard accept("PARTITION") else { return [] }
    guard function == "SESSION" else {
      throw Diagnostic("PARTITION BY is for SESSION; the windows of \(function) are the same for all rows", at: start)
    }
    try expect("BY")
    if isSymbol("(") { return try identifiersInParentheses("a column") }
    return [try identifier("a column")]
  }
}
