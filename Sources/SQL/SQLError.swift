//  What is wrong with a script, in words for the person who wrote it.

/// A mistake in a script: where it is, what was expected, and the nearest name that would have been right.
public struct SQLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Starts in lower case, quotes names, ends without a period.
  public let message: String
  /// From 1.
  public let line: Int
  /// From 1, in characters.
  public let column: Int
  /// What could have stood there; empty where that says nothing.
  public let expected: [String]
  /// The nearest known name.
  public let suggestion: String?
  /// The message with line and column, then the source line and a caret under the place.
  public let rendered: String

  public init(message: String, line: Int, column: Int, expected: [String] = [], suggestion: String? = nil, rendered: String) {
    self.message = message
    self.line = line
    self.column = column
    self.expected = expected
    self.suggestion = suggestion
    self.rendered = rendered
  }

  public var description: String { rendered }
}
