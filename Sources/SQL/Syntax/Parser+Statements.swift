//  Statements: what each begins with, SET, DROP, INSERT and statement sets. Those of Flink's that are not supported are
//  known by name.

extension Parser {
  /// All statements of a script.
  static func parse(_ script: [UInt8]) throws(Diagnostic) -> [StatementSyntax] {
    var parser = Parser(tokens: try Lexer.tokenize(script))
    var statements: [StatementSyntax] = []
    while true {
      while parser.acceptSymbol(";") {}
      if parser.isAtEnd { return statements }
      if statements.count == SQLLimits.statementCountMax {
        throw Diagnostic("too many statements: at most \(SQLLimits.statementCountMax)", at: parser.token.span)
      }
      statements.append(try parser.statement())
      if !parser.isAtEnd, !parser.isSymbol(";") { throw parser.unexpected("';'") }
    }
  }

  private mutating func statement() throws(Diagnostic) -> StatementSyntax {
    let start = token
    if isWord("CREATE") { return try create() }
    if accept("DROP") { return try drop() }
    if accept("SET") { return try set(start) }
    if accept("RESET") {
      guard token.kind == .string else { return .reset(key: nil, start.span) }
      let key = try stringLiteral("a key")
      return .reset(key: key.text, key.span)
    }
    if isWord("INSERT") { return .insert(try insert()) }
    if accept("BEGIN", "STATEMENT", "SET") {
      try expectSymbol(";")
      return .statementSet(try statementSet(start), start.span)
    }
    if accept("EXECUTE", "STATEMENT", "SET") {
      try expect("BEGIN")
      return .statementSet(try statementSet(start), start.span)
    }
    if isWord("EXECUTE"), isWord("INSERT", 1) {
      advance()
      return .insert(try insert())
    }
    if accept("EXPLAIN") { return .explain(try explain(start.span)) }
    if isWord("SELECT") || isWord("WITH") || isWord("VALUES") || isSymbol("(") {
      throw Diagnostic("a query on its own has nowhere to put its rows; write INSERT INTO a table", at: start.span)
    }
    if start.kind == .word, let known = Self.unsupportedStatements.first(where: { $0 == start.upper }) {
      let second = peek(1)
      let words = second.kind == .word && Self.objectKinds.contains(second.upper) ? "\(known) \(second.upper)" : known
      throw .unsupported("\(words) is", at: start.span)
    }
    throw Diagnostic(
      "unexpected \(start.described)", at: start.span, expected: ["a statement"],
      suggestion: start.kind == .word ? nearestName(to: start.text, in: Self.statementWords) : nil)
  }

  private static let statementWords = ["SELECT", "CREATE", "DROP", "INSERT", "SET", "RESET", "BEGIN", "EXECUTE", "EXPLAIN"]
  private static let unsupportedStatements = [
    "ALTER", "ANALYZE", "SHOW", "DESCRIBE", "DESC", "USE", "LOAD", "UNLOAD", "ADD", "REMOVE", "UPDATE", "DELETE", "TRUNCATE",
    "CALL", "COMPILE", "EXECUTE", "STOP", "END", "REFRESH", "HELP", "QUIT", "EXIT", "CLEAR",
  ]

  private static let objectKinds: Set<String> = [
    "TABLE", "TABLES", "VIEW", "VIEWS", "CATALOG", "CATALOGS", "DATABASE", "DATABASES", "FUNCTION", "FUNCTIONS", "MODULE", "MODULES",
    "MODEL", "MODELS", "JAR", "JARS", "JOB", "JOBS", "PLAN", "CREATE", "COLUMNS", "PARTITIONS",
  ]

  private mutating func create() throws(Diagnostic) -> StatementSyntax {
    let start = token.span
    advance()
    if isWord("OR") { throw .unsupported("CREATE OR REPLACE is", at: start, instead: "DROP the object first") }
    _ = accept("TEMPORARY")
    if accept("TABLE") { return .createTable(try createTable(start)) }
    if accept("VIEW") { return .createView(try createView()) }
    for kind in ["CATALOG", "DATABASE", "FUNCTION", "SYSTEM", "MODEL", "MATERIALIZED", "CONNECTION"] where isWord(kind) {
      throw .unsupported("CREATE \(kind) is", at: token.span)
    }
    throw unexpected("TABLE", "VIEW")
  }

  mutating func ifNotExists() throws(Diagnostic) -> Bool {
    guard accept("IF") else { return false }
    try expect("NOT", "EXISTS")
    return true
  }

  private mutating func createView() throws(Diagnostic) -> CreateViewSyntax {
    let ifNotExists = try ifNotExists()
    let name = try objectName("a name for the view")
    let columns = isSymbol("(") ? try identifiersInParentheses("a column name") : []
    if accept("COMMENT") { _ = try stringLiteral("a comment") }
    try expect("AS")
    return CreateViewSyntax(name: name, ifNotExists: ifNotExists, columns: columns, query: try query())
  }

  private mutating func drop() throws(Diagnostic) -> StatementSyntax {
    _ = accept("TEMPORARY")
    for kind in ["TABLE", "VIEW"] where accept(kind) {
      var ifExists = false
      if accept("IF") {
        try expect("EXISTS")
        ifExists = true
      }
      return .drop(kind: kind, try objectName("a name"), ifExists: ifExists)
    }
    for kind in ["CATALOG", "DATABASE", "FUNCTION", "SYSTEM", "MODEL", "MATERIALIZED"] where isWord(kind) {
      throw .unsupported("DROP \(kind) is", at: token.span)
    }
    throw unexpected("TABLE", "VIEW")
  }

  private mutating func set(_ start: Token) throws(Diagnostic) -> StatementSyntax {
    if isSymbol(";") || isAtEnd { throw .unsupported("SET without a key is", at: start.span) }
    if token.kind == .word {
      throw Diagnostic(
        "unexpected \(token.described); keys and values of SET are written in quotes", at: token.span, expected: ["a string"])
    }
    let key = try stringLiteral("a key in quotes")
    try expectSymbol("=")
    let value = try stringLiteral("a value in quotes")
    return .set(key: key.text, keySpan: key.span, value: value.text, valueSpan: value.span)
  }

  mutating func insert() throws(Diagnostic) -> InsertSyntax {
    let start = token.span
    try expect("INSERT")
    if isWord("OVERWRITE") {
      throw .unsupported("INSERT OVERWRITE is", at: token.span, instead: "a stream can only be added to: INSERT INTO")
    }
    try expect("INTO")
    let table = try objectName("a table")
    if isWord("PARTITION") { throw .unsupported("PARTITION is", at: token.span) }
    var columns: [Identifier] = []
    if isSymbol("("), !isWord("SELECT", 1), !isWord("WITH", 1), !isWord("VALUES", 1), !isSymbol("(", 1) {
      columns = try identifiersInParentheses("a column name")
    }
    let query = try query()
    if isWord("ON"), isWord("CONFLICT", 1) { throw .unsupported("ON CONFLICT is", at: token.span) }
    return InsertSyntax(table: table, columns: columns, query: query, span: span(from: start))
  }

  mutating func statementSet(_ start: Token) throws(Diagnostic) -> [InsertSyntax] {
    var inserts: [InsertSyntax] = []
    while true {
      while acceptSymbol(";") {}
      if accept("END") { break }
      guard isWord("INSERT") else { throw unexpected("INSERT", "END") }
      inserts.append(try insert())
      if !isSymbol(";") { throw unexpected("';'") }
    }
    if inserts.isEmpty { throw Diagnostic("this statement set is empty", at: start.span, expected: ["INSERT"]) }
    return inserts
  }
}
