//  Cuts a script into tokens. Comments are dropped; every token knows its place.

struct Token: Sendable {
  enum Kind: Sendable {
    /// An unquoted word: a keyword or a name. `text` as written, `upper` in upper case.
    case word
    /// A name in back-ticks, without them.
    case quotedWord
    /// Digits with at most one point, and an exponent.
    case number
    /// Without quotes, doubled quotes undone.
    case string
    /// `x'0aff'`: the digits.
    case bytes
    case symbol
    case end
  }
  var kind: Kind
  var text: String
  var upper: String
  var span: SourceSpan

  /// As an error message names it.
  var described: String {
    switch kind {
    case .end: "the end of the script"
    case .string: "the string '\(text)'"
    default: "'\(text)'"
    }
  }
}

struct Lexer {
  private let script: [UInt8]
  private var position = 0
  private var tokens: [Token] = []
  /// Between `/*+` and `*/`.
  private var isInHint = false

  /// All tokens of the script, the last of kind `end`.
  static func tokenize(_ script: [UInt8]) throws(Diagnostic) -> [Token] {
    var lexer = Lexer(script: script)
    while try lexer.next() {}
    return lexer.tokens
  }

  private init(script: [UInt8]) { self.script = script }

  private func byte(_ offset: Int = 0) -> UInt8? { position + offset < script.count ? script[position + offset] : nil }

  private mutating func append(_ kind: Token.Kind, _ text: String, from start: Int) {
    tokens.append(
      Token(kind: kind, text: text, upper: kind == .word ? text.uppercased() : "", span: SourceSpan(start: start, end: position)))
  }

  private func text(_ start: Int) -> String { String(decoding: script[start..<position], as: UTF8.self) }

  /// False once the end has been reached.
  private mutating func next() throws(Diagnostic) -> Bool {
    try skipBlanks()
    let start = position
    guard let first = byte() else {
      append(.end, "", from: start)
      return false
    }
    switch first {
    case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
      position += 3
      isInHint = true
      append(.symbol, "/*+", from: start)
    case UInt8(ascii: "*") where isInHint && byte(1) == UInt8(ascii: "/"):
      position += 2
      isInHint = false
      append(.symbol, "*/", from: start)
    case UInt8(ascii: "'"):
      let text = try quoted(by: first, "this string is not closed; a quote is missing")
      append(.string, text, from: start)
    case UInt8(ascii: "`"):
      let text = try quoted(by: first, "this name is not closed; a back-tick is missing")
      if text.isEmpty { throw Diagnostic("a name must not be empty", at: SourceSpan(start: start, end: position)) }
      try checkLength(text, start)
      append(.quotedWord, text, from: start)
    case UInt8(ascii: "\""):
      throw Diagnostic(
        "'\"' is not a quote in Flink SQL: strings take single quotes, names take back-ticks",
        at: SourceSpan(start: start, end: start + 1))
    case UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    case UInt8(ascii: ".") where byte(1).map(Self.isDigit) ?? false: try number()
    case UInt8(ascii: "x") where byte(1) == UInt8(ascii: "'"), UInt8(ascii: "X") where byte(1) == UInt8(ascii: "'"):
      position += 1
      let digits = try quoted(by: UInt8(ascii: "'"), "this binary string is not closed; a quote is missing")
      append(.bytes, digits, from: start)
    default:
      if wordByteCount(isFirst: true) > 0 {
        while case let count = wordByteCount(isFirst: false), count > 0 { position += count }
        try checkLength(text(start), start)
        append(.word, text(start), from: start)
      } else {
        try symbol()
      }
    }
    return true
  }

  private func checkLength(_ name: String, _ start: Int) throws(Diagnostic) {
    if name.utf8.count > SQLLimits.identifierByteCountMax {
      throw Diagnostic(
        "a name must not be longer than \(SQLLimits.identifierByteCountMax) bytes", at: SourceSpan(start: start, end: position))
    }
  }

  private mutating func skipBlanks() throws(Diagnostic) {
    while let next = byte() {
      let start = position
      if next == UInt8(ascii: " ") || (next >= 9 && next <= 13) {
        position += 1
      } else if next == UInt8(ascii: "-"), byte(1) == UInt8(ascii: "-") {
        while let inner = byte(), inner != UInt8(ascii: "\n") { position += 1 }
      } else if next == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
        if byte(2) == UInt8(ascii: "+") { return }
        position += 2
        while !(byte() == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/")) {
          if byte() == nil { throw Diagnostic("this comment is not closed; '*/' is missing", at: SourceSpan(start: start, end: start + 2)) }
          position += 1
        }
        position += 2
      } else if next >= 0x80, let scalar = scalar(), scalar.properties.isWhitespace || scalar.value == 0xFEFF {
        position += UTF8.width(scalar)
      } else {
        return
      }
    }
  }

  /// The text up to the closing quote, which may stand for itself by being doubled.
  private mutating func quoted(by quote: UInt8, _ unclosed: String) throws(Diagnostic) -> String {
    let start = position
    position += 1
    var text: [UInt8] = []
    while let next = byte() {
      position += 1
      if next != quote {
        text.append(next)
      } else if byte() == quote {
        text.append(quote)
        position += 1
      } else {
        return String(decoding: text, as: UTF8.self)
      }
    }
    throw Diagnostic(unclosed, at: SourceSpan(start: start, end: start + 1))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private mutating func digits() { while let next = byte(), Self.isDigit(next) { position += 1 } }

  private mutating func number() throws(Diagnostic) {
    let start = position
    digits()
    if byte() == UInt8(ascii: ".") {
      position += 1
      digits()
    }
    if byte() == UInt8(ascii: "e") || byte() == UInt8(ascii: "E") {
      let sign = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-") ? 1 : 0
      if let digit = byte(1 + sign), Self.isDigit(digit) {
        position += 1 + sign
        digits()
      }
    }
    if wordByteCount(isFirst: true) > 0 {
      while case let count = wordByteCount(isFirst: false), count > 0 { position += count }
      throw Diagnostic(
        "'\(text(start))' is neither a number nor a name; a name that starts with a digit needs back-ticks",
        at: SourceSpan(start: start, end: position))
    }
    append(.number, text(start), from: start)
  }

  private func scalar() -> Unicode.Scalar? {
    String(decoding: script[position..<min(position + 4, script.count)], as: UTF8.self).unicodeScalars.first
  }

  /// Bytes of the character at hand if it may stand in a name.
  private func wordByteCount(isFirst: Bool) -> Int {
    guard let next = byte() else { return 0 }
    switch next {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "$"): return 1
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return isFirst ? 0 : 1
    case 0x80...:
      guard let scalar = scalar() else { return 0 }
      let properties = scalar.properties
      return properties.isAlphabetic || (!isFirst && (properties.numericType != nil || properties.isXIDContinue))
        ? UTF8.width(scalar) : 0
    default: return 0
    }
  }

  private static let symbols: [String] = ["<>", "<=", ">=", "!=", "||", "=>"] + "()[],.;*/+-%=<>:".map(String.init)

  private mutating func symbol() throws(Diagnostic) {
    let start = position
    for symbol in Self.symbols where script[position...].starts(with: symbol.utf8) {
      position += symbol.utf8.count
      append(.symbol, symbol, from: start)
      return
    }
    let scalar = scalar()
    let hint = scalar.map { "\u{2018}\u{2019}\u{201C}\u{201D}".unicodeScalars.contains($0) } == true ? "; strings take plain quotes: '" : ""
    throw Diagnostic(
      "unexpected character '\(scalar.map(Character.init) ?? " ")'\(hint)",
      at: SourceSpan(start: start, end: start + (scalar.map { UTF8.width($0) } ?? 1)))
  }
}
