//  More functions over regular expressions. A pattern that is none gives NULL.

import Columnar

extension FunctionLibrary {
  static let matches: [FunctionDefinition] = [
    // (text, pattern[, escape]): SQL's own patterns, over the whole text.
    FunctionDefinition(
      "SIMILAR TO", [.type(.string), .type(.string), .type(.string)], required: 2, gives: { _ in .boolean }, canFail: true
    ) { (shape) throws(EvaluationError) in
      var fixed: RegularExpression?
      if let text = shape.text(1), shape.types.count == 2 || shape.text(2) != nil { fixed = try similar(text, escape: shape.text(2)) }
      let prepared = fixed
      return { (arguments, _) throws(EvaluationError) in
        let patterns = arguments.bytes(1)
        let escapes = arguments.data.count > 2 ? arguments.bytes(2) : nil
        return try arguments.mapRows(Bool.self) { row throws(EvaluationError) in
          let expression: RegularExpression
          if let prepared {
            expression = prepared
          } else {
            expression = try similar(
              patterns.with(row) { String(decoding: $0, as: UTF8.self) }, escape: escapes?.with(row) { String(decoding: $0, as: UTF8.self) }
            )
          }
          return try withText(arguments, 0, row) { text throws(EvaluationError) in
            try expression.withMatcher { matcher throws(EvaluationError) in try matcher.find(in: text, from: 0) }
          }
        }
      }
    },
    FunctionDefinition("REGEXP_COUNT", [.type(.string), .type(.string)], gives: { _ in .int32 }, nullability: .always) {
      (shape) throws(EvaluationError) in
      try onMatches(shape) { (arguments, source) throws(EvaluationError) in
        try arguments.mapRows(Int32.self) { row throws(EvaluationError) in
          try source.matches(arguments, row, limit: .max, group: 0).map { Int32($0.count) }
        }
      }
    },
    FunctionDefinition("REGEXP_INSTR", [.type(.string), .type(.string)], gives: { _ in .int32 }, nullability: .always) {
      (shape) throws(EvaluationError) in
      try onMatches(shape) { (arguments, source) throws(EvaluationError) in
        let texts = arguments.bytes(0)
        return try arguments.mapRows(Int32.self) { row throws(EvaluationError) in
          guard let found = try source.matches(arguments, row, limit: 1, group: 0) else { return nil }
          guard let range = found.first ?? nil else { return 0 }
          return texts.with(row) { Int32(characterCount(UnsafeRawBufferPointer(rebasing: $0[..<range.lowerBound]))) + 1 }
        }
      }
    },
    FunctionDefinition("REGEXP_SUBSTR", [.type(.string), .type(.string)], gives: { _ in .string }, nullability: .always) {
      (shape) throws(EvaluationError) in
      try onMatches(shape) { (arguments, source) throws(EvaluationError) in
        let texts = arguments.bytes(0)
        return try arguments.mapToBytes { row, result throws(EvaluationError) in
          guard let range = try source.matches(arguments, row, limit: 1, group: 0)?.first ?? nil else { return false }
          texts.with(row) { result.append(contentsOf: $0[range]) }
          return true
        }
      }
    },
    // (text, pattern[, group]): the first group unless another is named; NULL without a match.
    FunctionDefinition(
      "REGEXP_EXTRACT_ALL", [.type(.string), .type(.string), .type(.int32)], required: 2, gives: { _ in .array(.string) },
      nullability: .always
    ) { (shape) throws(EvaluationError) in
      try onMatches(shape) { (arguments, source) throws(EvaluationError) in
        let texts = arguments.bytes(0)
        let groups = arguments.data.count > 2 ? arguments.vector(2, Int32.self) : Vector([1], isConstant: true)
        return try arguments.lists(of: .string) { row, elements throws(EvaluationError) in
          guard let found = try source.matches(arguments, row, limit: .max, group: Int(groups[row])), !found.isEmpty,
            case .bytes(let builder) = elements
          else { return false }
          texts.with(row) { text in
            for range in found {
              if let range { builder.append(UnsafeRawBufferPointer(rebasing: text[range])) } else { builder.appendNull() }
            }
          }
          return true
        }
      }
    },
  ]

  /// The regular expression of a SIMILAR TO pattern: `_` and `%` are wildcards, a point is itself, classes are written `[:DIGIT:]`.
  private static func similar(_ pattern: String, escape: String?) throws(EvaluationError) -> RegularExpression {
    if let escape, escape.unicodeScalars.count > 1 { throw EvaluationError("the escape of SIMILAR TO is one character, not '\(escape)'") }
    var regex = "\\A(?:"
    var isEscaped = false
    var inClass = false
    for character in pattern {
      if isEscaped {
        regex += "\\Q\(character)\\E"
        isEscaped = false
      } else if let escape, String(character) == escape {
        isEscaped = true
      } else {
        switch character {
        case "_" where !inClass: regex += "."
        case "%" where !inClass: regex += "(?:.*)"
        case ".", "\\",
          "^" where !inClass, "$" where !inClass:
          regex += "\\\(character)"
        case "[":
          inClass = true
          regex += "["
        case "]":
          inClass = false
          regex += "]"
        default: regex.append(character)
        }
      }
    }
    if isEscaped { throw EvaluationError("the SIMILAR TO pattern '\(pattern)' ends in its escape") }
    for name in ["ALPHA", "DIGIT", "UPPER", "LOWER", "ALNUM", "SPACE"] {
      regex = regex.replacing("[:\(name):]", with: "[:\(name.lowercased()):]")
    }
    return try compile(Array((regex + ")\\z").utf8)) { bytes throws(EvaluationError) in try RegularExpression(bytes) }
  }

  private static func onMatches(
    _ shape: FunctionShape, _ body: @escaping @Sendable (Arguments, inout MatchSource) throws(EvaluationError) -> Datum
  ) throws(EvaluationError) -> FunctionDefinition.Kernel {
    let prepared = shape.text(1).flatMap { text in
      try? compile(Array(text.utf8)) { bytes throws(EvaluationError) in try RegularExpression(bytes) }
    }
    return { (arguments, _) throws(EvaluationError) in
      var source = MatchSource(prepared, arguments)
      return try body(arguments, &source)
    }
  }
}

/// The matches of each row's text by its pattern, of which the last is kept compiled.
struct MatchSource {
  private let patterns: BytesOperand
  private var text: [UInt8]?
  private var expression: RegularExpression?
  private let isFixed: Bool

  init(_ prepared: RegularExpression?, _ arguments: Arguments) {
    expression = prepared
    isFixed = prepared != nil
    patterns = arguments.bytes(1)
  }

  /// Where a group stands in each match, at most `limit` of them: nil for a group without a part in it. Nil if the pattern is none, or has no such
  /// group.
  mutating func matches(
    _ arguments: Arguments, _ row: Int, limit: Int, group: Int
  ) throws(EvaluationError) -> [Range<Int>?]? {
    if !isFixed {
      let next = patterns.with(row) { Array($0) }
      if text != next {
        text = next
        expression = try? compile(next) { bytes throws(EvaluationError) in try RegularExpression(bytes) }
      }
    }
    guard let expression, group >= 0, group <= expression.groupCount else { return nil }
    return try withText(arguments, 0, row) { bytes throws(EvaluationError) in
      try expression.withMatcher { matcher throws(EvaluationError) -> [Range<Int>?] in
        var found: [Range<Int>?] = []
        var start = 0
        while start <= bytes.count, found.count < limit, try matcher.find(in: bytes, from: start), let whole = matcher.range(0) {
          found.append(matcher.range(group))
          start =
            whole.isEmpty
            ? (whole.upperBound < bytes.count ? nextCharacter(bytes, after: whole.upperBound) : bytes.count + 1) : whole.upperBound
        }
        return found
      }
    }
  }
}
