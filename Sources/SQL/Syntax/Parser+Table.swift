//  CREATE TABLE: columns, watermark, primary key and options.

import Columnar

extension Parser {
  /// After CREATE [TEMPORARY] TABLE.
  mutating func createTable(_ start: SourceSpan) throws(Diagnostic) -> CreateTableSyntax {
    let ifNotExists = try ifNotExists()
    let name = try objectName("a name for the table")
    var table = CreateTableSyntax(
      name: name, ifNotExists: ifNotExists, columns: [], watermark: nil, primaryKey: [], options: [], span: start)
    if isWord("AS") || (isWord("WITH") && !isSymbol("(", 1)) { throw .unsupported("CREATE TABLE AS is", at: token.span) }
    if isWord("LIKE") { throw .unsupported("CREATE TABLE LIKE is", at: token.span) }
    if isWord("WITH") { throw .unsupported("a table without columns is", at: token.span) }
    try expectSymbol("(")
    repeat { try tableElement(&table) } while acceptSymbol(",")
    if !acceptSymbol(")") { throw unexpected("','", "')'") }
    if accept("COMMENT") { _ = try stringLiteral("a comment") }
    if accept("PARTITIONED") {
      try expect("BY")
      table.partitionKeys = try identifiersInParentheses("a column")
    }
    if isWord("DISTRIBUTED") { throw .unsupported("DISTRIBUTED BY is", at: token.span) }
    if isWord("LIKE") { throw .unsupported("CREATE TABLE LIKE is", at: token.span) }
    if accept("WITH") {
      try expectSymbol("(")
      if !acceptSymbol(")") {
        table.options = try list { parser throws(Diagnostic) in
          let key = try parser.stringLiteral("an option in quotes")
          try parser.expectSymbol("=")
          let value = try parser.stringLiteral("a value in quotes")
          return OptionSyntax(key: key.text, keySpan: key.span, value: value.text, valueSpan: value.span)
        }
        if !acceptSymbol(")") { throw unexpected("','", "')'") }
      }
    }
    if isWord("LIKE") { throw .unsupported("CREATE TABLE LIKE is", at: token.span) }
    if isWord("AS") { throw .unsupported("CREATE TABLE AS is", at: token.span) }
    table.span = span(from: start)
    return table
  }

  private mutating func tableElement(_ table: inout CreateTableSyntax) throws(Diagnostic) {
    let start = token.span
    if accept("WATERMARK") {
      try expect("FOR")
      var column = [try identifier("a column")]
      while acceptSymbol(".") { column.append(try identifier("a field")) }
      try expect("AS")
      let expression = try expression()
      if table.watermark != nil { throw Diagnostic("a table has one WATERMARK", at: start) }
      table.watermark = WatermarkSyntax(column: column, expression: expression, span: span(from: start))
      return
    }
    if isWord("CONSTRAINT") || isWord("PRIMARY") || isWord("UNIQUE") {
      if accept("CONSTRAINT") { _ = try identifier("a name for the constraint") }
      if isWord("UNIQUE") { throw .unsupported("UNIQUE is", at: token.span) }
      try expect("PRIMARY", "KEY")
      if !table.primaryKey.isEmpty { throw Diagnostic("a table has one PRIMARY KEY", at: start) }
      table.primaryKey = try identifiersInParentheses("a column")
      try notEnforced()
      return
    }
    if table.columns.count == SQLLimits.columnCountMax {
      throw Diagnostic("too many columns: at most \(SQLLimits.columnCountMax)", at: start)
    }
    let name = try identifier("a column name")
    if accept("AS") {
      table.columns.append(ColumnSyntax(name: name, kind: .computed(try expression())))
    } else {
      let type = try type()
      if isWord("METADATA") { throw .unsupported("METADATA columns are", at: token.span) }
      if isWord("PRIMARY") {
        let key = token.span
        advance()
        try expect("KEY")
        if !table.primaryKey.isEmpty { throw Diagnostic("a table has one PRIMARY KEY", at: key) }
        try notEnforced()
        table.primaryKey = [name]
      }
      table.columns.append(ColumnSyntax(name: name, kind: .physical(type.type, isNullable: type.isNullable)))
    }
    if accept("COMMENT") { _ = try stringLiteral("a comment") }
  }

  private mutating func notEnforced() throws(Diagnostic) {
    guard accept("NOT") else {
      throw Diagnostic("a primary key is not checked: write PRIMARY KEY ... NOT ENFORCED", at: token.span, expected: ["NOT ENFORCED"])
    }
    try expect("ENFORCED")
  }
}
