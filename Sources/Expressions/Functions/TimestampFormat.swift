//  A date format of Java's for who reads single texts, such as a connector.

/// A pattern like `yyyy-MM-dd HH:mm:ss`, as TO_TIMESTAMP takes it.
public struct TimestampFormat: Sendable {
  private let pattern: DatePattern

  /// - Throws: If the pattern has a letter that is not supported, or a quote without its end.
  public init(_ text: String) throws(EvaluationError) {
    var failure: EvaluationError?
    let pattern = Array(text.utf8).withUnsafeBytes { bytes -> DatePattern? in
      do throws(EvaluationError) { return try DatePattern(bytes) } catch { failure = error }
      return nil
    }
    guard let pattern else { throw failure ?? EvaluationError("the date format '\(text)' cannot be read") }
    self.pattern = pattern
  }

  /// Local microseconds since 1970; nil if the text is not of this form. Fields that the form does not have are those of 1970-01-01T00:00.
  public func microseconds(_ text: String) -> Int64? { Array(text.utf8).withUnsafeBytes { pattern.parse($0) } }
}
