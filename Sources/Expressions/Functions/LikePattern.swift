//  LIKE patterns: `%` is any run of characters, `_` is one, and the escape character makes the next one literal.

import Columnar

struct LikePattern: Sendable {
  private enum Token: Sendable, Equatable {
    case literal([UInt8])
    case anyCharacter
    case anyRun
  }

  private let tokens: [Token]

  /// - Throws: If the escape is not one character, or stands before anything but `%`, `_` and itself.
  init(_ pattern: UnsafeRawBufferPointer, escape: UnsafeRawBufferPointer?) throws(EvaluationError) {
    let escape = escape.flatMap { $0.isEmpty ? nil : $0 }
    if let escape, characterCount(escape) != 1 {
      throw EvaluationError("the escape of LIKE is one character, not '\(String(decoding: escape, as: UTF8.self))'")
    }
    var tokens: [Token] = []
    var literal: [UInt8] = []
    func endLiteral() {
      if !literal.isEmpty { tokens.append(.literal(literal)) }
      literal = []
    }
    var isEscaped = false
    for character in characters(pattern) {
      let isEscape = escape.map { $0.elementsEqual(character) } ?? false
      let isWildcard = character[0] == UInt8(ascii: "%") || character[0] == UInt8(ascii: "_")
      if isEscaped {
        guard isEscape || isWildcard else {
          throw EvaluationError(
            "the escape in the LIKE pattern '\(String(decoding: pattern, as: UTF8.self))' stands before no %, _ or escape")
        }
        literal.append(contentsOf: character)
        isEscaped = false
      } else if isEscape {
        isEscaped = true
      } else if isWildcard {
        endLiteral()
        let token = character[0] == UInt8(ascii: "%") ? Token.anyRun : .anyCharacter
        if token != .anyRun || tokens.last != .anyRun { tokens.append(token) }
      } else {
        literal.append(contentsOf: character)
      }
    }
    if isEscaped { throw EvaluationError("the LIKE pattern '\(String(decoding: pattern, as: UTF8.self))' ends with its escape") }
    endLiteral()
    self.tokens = tokens
  }

  /// Whether all of `text` is as the pattern says. Takes at most (length of text) times (length of pattern) steps.
  func matches(_ text: UnsafeRawBufferPointer) -> Bool {
    var token = 0
    var offset = 0
    // Where to go on when a later token fails: behind the last run, which takes one more character then.
    var retry: (token: Int, offset: Int)?
    while true {
      var isMatch = false
      if token < tokens.count {
        switch tokens[token] {
        case .anyRun:
          if token == tokens.count - 1 { return true }
          offset = nextCandidate(text, from: offset, token: token + 1)
          retry = (token + 1, offset)
          isMatch = true
        case .anyCharacter:
          if offset < text.count {
            offset = nextCharacter(text, after: offset)
            isMatch = true
          }
        case .literal(let bytes):
          let length = bytes.count
          isMatch = bytes.withUnsafeBytes { isPrefix($0, of: text, at: offset) }
          if isMatch { offset += length }
        }
      } else if offset == text.count {
        return true
      }
      if isMatch {
        token += 1
        continue
      }
      guard let last = retry, last.offset < text.count else { return false }
      retry = (last.token, nextCandidate(text, from: nextCharacter(text, after: last.offset), token: last.token))
      token = last.token
      offset = retry!.offset
    }
  }

  /// Where the token behind a run may stand at the earliest: a literal is searched for, the end if it is nowhere.
  private func nextCandidate(_ text: UnsafeRawBufferPointer, from offset: Int, token: Int) -> Int {
    guard token < tokens.count, case .literal(let bytes) = tokens[token] else { return offset }
    return bytes.withUnsafeBytes { firstOffset(of: $0, in: text, from: offset) } ?? text.count
  }
}
