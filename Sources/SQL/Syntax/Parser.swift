//  The cursor over the tokens: what the parts of the recursive-descent parser share.

struct Parser {
  private let tokens: [Token]
  private(set) var index = 0
  private var depth = 0

  init(tokens: [Token]) { self.tokens = tokens }

  /// The next token; at the end, the end for ever.
  var token: Token { tokens[index] }
  func peek(_ offset: Int) -> Token { tokens[max(0, min(index + offset, tokens.count - 1))] }
  var previousSpan: SourceSpan { tokens[max(index - 1, 0)].span }
  var isAtEnd: Bool { token.kind == .end }

  /// From a token to the last one read.
  func span(from start: SourceSpan) -> SourceSpan { .covering(start, previousSpan) }

  mutating func advance() {
    if index < tokens.count - 1 { index += 1 }
  }

  func isWord(_ word: String, _ offset: Int = 0) -> Bool {
    let token = peek(offset)
    return token.kind == .word && token.upper == word
  }

  func isSymbol(_ symbol: String, _ offset: Int = 0) -> Bool {
    let token = peek(offset)
    return token.kind == .symbol && token.text == symbol
  }

  mutating func accept(_ word: String) -> Bool {
    guard isWord(word) else { return false }
    advance()
    return true
  }

  /// All of these words in a row, or nothing.
  mutating func accept(_ words: String...) -> Bool {
    guard words.indices.allSatisfy({ isWord(words[$0], $0) }) else { return false }
    for _ in words { advance() }
    return true
  }

  mutating func acceptSymbol(_ symbol: String) -> Bool {
    guard isSymbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func expect(_ words: String...) throws(Diagnostic) {
    for word in words where !accept(word) { throw unexpected(word) }
  }

  mutating func expectSymbol(_ symbol: String) throws(Diagnostic) {
    if !acceptSymbol(symbol) { throw unexpected("'\(symbol)'") }
  }

  /// The token at hand is not one of these. A near keyword is suggested.
  func unexpected(_ expected: String...) -> Diagnostic {
    let keywords = expected.filter { $0.allSatisfy { $0.isLetter && $0.isUppercase } }
    let near = token.kind == .word ? nearestName(to: token.text, in: keywords) : nil
    return Diagnostic("unexpected \(token.described)", at: token.span, expected: expected, suggestion: near)
  }

  /// Runs a part of the grammar that may contain itself.
  mutating func nested<Result>(_ body: (inout Parser) throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
    guard depth < SQLLimits.nestingDepthMax else {
      throw Diagnostic("nested too deeply: at most \(SQLLimits.nestingDepthMax) levels", at: token.span)
    }
    depth += 1
    let result = try body(&self)
    depth -= 1
    return result
  }

  /// A name: a word that is not reserved, or anything in back-ticks.
  mutating func identifier(_ what: String) throws(Diagnostic) -> Identifier {
    let token = token
    switch token.kind {
    case .quotedWord: break
    case .word:
      if ReservedWords.contains(token.upper) {
        throw Diagnostic(
          "'\(token.text)' is a reserved word; as a name it needs back-ticks: `\(token.text)`", at: token.span, expected: [what])
      }
    default: throw unexpected(what)
    }
    advance()
    return Identifier(text: token.text, span: token.span)
  }

  /// Whether the token at hand can be a name.
  var isIdentifier: Bool {
    token.kind == .quotedWord || (token.kind == .word && !ReservedWords.contains(token.upper))
  }

  mutating func stringLiteral(_ what: String) throws(Diagnostic) -> (text: String, span: SourceSpan) {
    let token = token
    guard token.kind == .string else { throw unexpected(what) }
    advance()
    return (token.text, token.span)
  }

  /// One or more, separated by commas.
  mutating func list<Element>(_ element: (inout Parser) throws(Diagnostic) -> Element) throws(Diagnostic) -> [Element] {
    var elements = [try element(&self)]
    while acceptSymbol(",") { elements.append(try element(&self)) }
    return elements
  }

  /// `(a, b)`.
  mutating func identifiersInParentheses(_ what: String) throws(Diagnostic) -> [Identifier] {
    try expectSymbol("(")
    let names = try list { parser throws(Diagnostic) in try parser.identifier(what) }
    try expectSymbol(")")
    return names
  }

  /// `table`, `database.table` or `catalog.database.table`.
  mutating func objectName(_ what: String) throws(Diagnostic) -> ObjectName {
    var parts = [try identifier(what)]
    while parts.count < 3, acceptSymbol(".") { parts.append(try identifier(what)) }
    let defaults = ["default_catalog", "default_database"].suffix(parts.count - 1)
    for (part, wanted) in zip(parts, defaults) where part.text != wanted {
      throw Diagnostic(
        "there is no \(wanted == "default_catalog" ? "catalog" : "database") '\(part.text)', only '\(wanted)'", at: part.span,
        suggestion: nearestName(to: part.text, in: [wanted]))
    }
    let name = parts[parts.count - 1]
    return ObjectName(name: name, span: .covering(parts[0].span, name.span))
  }
}
