//  An expression made ready once for an operator: functions and kernels are resolved, literals are decoded.

import Columnar

/// What an evaluation may depend on besides its input; both are taken once per source batch.
public struct EvaluationContext: Sendable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public var nowMicroseconds: Int64
  /// The session's zone: how TIMESTAMP_LTZ is read as a local time.
  public var timeZone: TimeZoneRules

  public init(nowMicroseconds: Int64, timeZone: TimeZoneRules = .utc) {
    self.nowMicroseconds = nowMicroseconds
    self.timeZone = timeZone
  }
}

/// Why a row could not be computed. The job fails with it; the message names the value and the types.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  public let message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}

/// An expression that is evaluated over many batches.
public struct CompiledExpression: Sendable {
  public let type: DataType

  /// - Throws: If the arguments of a function are not what it takes; the SQL binder never builds such a tree.
  public init(_ expression: Expression) throws(EvaluationError) {
    type = expression.type
  }

  /// One value a row, in the layout of `type`. A plain column reference is returned without a copy.
  public func evaluate(over batch: RecordBatch, context: EvaluationContext) throws(EvaluationError) -> Column {
    throw EvaluationError("not evaluated")
  }
}

/// A condition that is evaluated over many batches, conjunct by conjunct: a later one sees only rows that the earlier ones let through.
public struct CompiledPredicate: Sendable {
  public init(_ expression: Expression) throws(EvaluationError) {
  }

  /// The rows where the condition is TRUE (not NULL), ascending. If there are `batch.rowCount` of them, pass the batch on as it is.
  public func select(from batch: RecordBatch, context: EvaluationContext) throws(EvaluationError) -> [Int32] {
    throw EvaluationError("not evaluated")
  }
}
