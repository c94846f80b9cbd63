//  A mistake as the stages of the compiler throw it: a place in the script instead of line and column, which only the
//  text can tell.

/// Bytes `start ..< end` of the script.
struct SourceSpan: Hashable, Sendable {
  var start: Int
  var end: Int

  static func covering(_ first: SourceSpan, _ last: SourceSpan) -> SourceSpan {
    SourceSpan(start: min(first.start, last.start), end: max(first.end, last.end))
  }
}

struct Diagnostic: Error {
  var message: String
  var span: SourceSpan
  var expected: [String] = []
  var suggestion: String?

  init(_ message: String, at span: SourceSpan, expected: [String] = [], suggestion: String? = nil) {
    self.message = message
    self.span = span
    self.expected = expected
    self.suggestion = suggestion
  }

  /// Something of Flink's dialect that is understood and refused.
  static func unsupported(_ what: String, at span: SourceSpan, instead: String? = nil) -> Diagnostic {
    Diagnostic("\(what) not supported" + (instead.map { "; \($0)" } ?? ""), at: span)
  }
}

extension SQLError {
  /// Finds line and column and renders the source line with a caret under the place.
  init(_ diagnostic: Diagnostic, in script: [UInt8]) {
    let start = min(max(diagnostic.span.start, 0), script.count)
    let lineStart = (script[..<start].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let lineEnd = script[start...].firstIndex(of: UInt8(ascii: "\n")) ?? script.count
    let line = 1 + script[..<start].reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    let before = String(decoding: script[lineStart..<start], as: UTF8.self).count
    var text = Array(String(decoding: script[lineStart..<lineEnd], as: UTF8.self).replacingNonPrintable)
    var caret = min(before, text.count)
    if text.count > SQLLimits.renderedLineCountMax {
      let from = max(0, min(caret - SQLLimits.renderedLineCountMax / 2, text.count - SQLLimits.renderedLineCountMax))
      text = Array(text[from..<(from + SQLLimits.renderedLineCountMax)])
      caret -= from
    }
    var message = diagnostic.message
    if !diagnostic.expected.isEmpty { message += "; expected \(SQLError.alternatives(diagnostic.expected))" }
    if let suggestion = diagnostic.suggestion { message += "; did you mean '\(suggestion)'?" }
    self.init(
      message: message, line: line, column: before + 1, expected: diagnostic.expected, suggestion: diagnostic.suggestion,
      rendered: "line \(line), column \(before + 1): \(message)\n  \(String(text))\n  \(String(repeating: " ", count: caret))^")
  }

  private static func alternatives(_ names: [String]) -> String {
    names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
  }
}

extension String {
  /// Tabs and other control characters as spaces, so that a caret below lines up.
  fileprivate var replacingNonPrintable: String {
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars { result.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar) }
    return String(result)
  }
}
