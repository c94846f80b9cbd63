//  Patterns that are compiled once, because they are constant: LIKE and the regular expressions.

import Columnar

/// A compiled pattern. Immutable; threads may share it.
protocol PreparedPattern: Sendable {
  /// The function over its arguments, the constant pattern included.
  func apply(_ function: ScalarFunction, _ arguments: Arguments) throws(EvaluationError) -> Datum
}

extension Program {
  /// The prepared pattern if the function has one and it is constant and not NULL.
  static func preparePattern(_ function: ScalarFunction, _ arguments: [Program]) throws(EvaluationError) -> (any PreparedPattern)? {
    nil
  }
}
