//  Regular expressions through PCRE2, whose syntax is that of java.util.regex but for rare corners (unions of character classes).

import CPCRE2
import Columnar

/// A compiled regular expression.
///
/// `@unchecked Sendable`: PCRE2 never changes a compiled pattern while it matches, and each use brings its own match data.
final class RegularExpression: @unchecked Sendable {
  private let code: OpaquePointer
  let groupCount: Int

  /// - Throws: If the pattern is not valid.
  init(_ pattern: UnsafeRawBufferPointer) throws(EvaluationError) {
    var errorCode: Int32 = 0
    var errorOffset = 0
    let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_MATCH_INVALID_UTF)
    let compiled = withBytes(pattern) { pcre2_compile_8($0, pattern.count, options, &errorCode, &errorOffset, nil) }
    guard let compiled else {
      throw EvaluationError(
        "the regular expression '\(String(decoding: pattern, as: UTF8.self))' is not valid at offset \(errorOffset): \(Self.message(errorCode))"
      )
    }
    code = compiled
    var count: UInt32 = 0
    pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
    groupCount = Int(count)
  }

  deinit { pcre2_code_free_8(code) }

  private static func message(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
      buffer.initialize(repeating: 0)
      let length = pcre2_get_error_message_8(code, buffer.baseAddress, buffer.count)
      return String(decoding: buffer.prefix(max(0, Int(length))), as: UTF8.self)
    }
  }

  /// Calls `body` with what finds matches, one after the other, in any number of texts.
  func withMatcher<Result>(_ body: (borrowing Matcher) throws(EvaluationError) -> Result) throws(EvaluationError) -> Result {
    let data = pcre2_match_data_create_from_pattern_8(code, nil)
    defer { pcre2_match_data_free_8(data) }
    guard let data else { throw EvaluationError("there is no memory for a regular expression") }
    return try body(Matcher(code: code, data: data))
  }

  struct Matcher: ~Copyable {
    fileprivate let code: OpaquePointer
    fileprivate let data: OpaquePointer

    /// Whether the expression matches somewhere in the text from `start` on; `range` tells where.
    /// - Throws: If matching takes more steps than PCRE2's limit, which a pattern that backtracks without end does.
    func find(in text: UnsafeRawBufferPointer, from start: Int) throws(EvaluationError) -> Bool {
      let result = withBytes(text) { pcre2_match_8(code, $0, text.count, start, 0, data, nil) }
      if result > 0 { return true }
      guard result == PCRE2_ERROR_NOMATCH else {
        throw EvaluationError("a regular expression gave up on a text of \(text.count) bytes: \(RegularExpression.message(result))")
      }
      return false
    }

    /// Where a group of the last match stands; nil if it took no part.
    func range(_ group: Int) -> Range<Int>? {
      guard group < Int(pcre2_get_ovector_count_8(data)), let offsets = pcre2_get_ovector_pointer_8(data) else { return nil }
      let start = offsets[2 * group]
      let end = offsets[2 * group + 1]
      guard start != Int.max, start >= 0, end >= start else { return nil }
      return start..<end
    }
  }

  /// Appends the text with every match replaced. The replacement stands for itself: `$1` is no group, as in Flink.
  func replace(_ text: UnsafeRawBufferPointer, with replacement: UnsafeRawBufferPointer, into result: inout [UInt8]) throws(EvaluationError)
  {
    var built = result
    try withMatcher { matcher throws(EvaluationError) in
      var copied = 0
      var start = 0
      while start <= text.count, try matcher.find(in: text, from: start), let match = matcher.range(0) {
        built.append(contentsOf: text[copied..<match.lowerBound])
        built.append(contentsOf: replacement)
        if built.count > maxTextByteCount { throw EvaluationError("a replaced text is longer than \(maxTextByteCount) bytes") }
        copied = match.upperBound
        // An empty match does not stop the search: it goes on behind the next character, which is copied as it is.
        start = match.isEmpty ? (copied < text.count ? nextCharacter(text, after: copied) : copied + 1) : copied
      }
      built.append(contentsOf: text[copied...])
    }
    result = built
  }
}

/// The bytes as C wants them, which for none is any address but null.
private func withBytes<Result>(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafePointer<UInt8>) -> Result) -> Result {
  guard let base = bytes.baseAddress, bytes.count > 0 else {
    return withUnsafePointer(to: 0 as UInt8) { body($0) }
  }
  return body(base.assumingMemoryBound(to: UInt8.self))
}
