//  Hints behind SELECT: how long state is kept.

extension Parser {
  /// `/*+ STATE_TTL('a' = '1 d', b = '0 s') */`, if it stands here.
  mutating func stateHints() throws(Diagnostic) -> [StateHintSyntax] {
    guard acceptSymbol("/*+") else { return [] }
    var hints: [StateHintSyntax] = []
    repeat {
      guard isWord("STATE_TTL") else {
        throw Diagnostic("unknown hint \(token.described)", at: token.span, expected: ["STATE_TTL('table' = '1 d')"])
      }
      advance()
      try expectSymbol("(")
      hints += try list { parser throws(Diagnostic) in
        let table: Identifier
        if parser.token.kind == .string {
          let text = try parser.stringLiteral("a table")
          table = Identifier(text: text.text, span: text.span)
        } else {
          table = try parser.identifier("a table")
        }
        try parser.expectSymbol("=")
        let value = try parser.stringLiteral("a duration such as '1 d'")
        guard let time = DurationText.microseconds(value.text) else {
          throw Diagnostic("STATE_TTL takes a duration such as '1 d', not '\(value.text)'", at: value.span)
        }
        return StateHintSyntax(table: table, timeToLive: time)
      }
      try expectSymbol(")")
      _ = acceptSymbol(",")
    } while !isSymbol("*/")
    try expectSymbol("*/")
    return hints
  }
}
