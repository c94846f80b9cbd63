//  An expression made ready once for an operator: functions and kernels are resolved, literals are decoded.

import Columnar

/// What an evaluation may depend on besides its input; the time is taken once per source batch.
public struct EvaluationContext: Sendable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public var nowMicroseconds: Int64
  /// The session's zone: how TIMESTAMP_LTZ is read as a local time.
  public var timeZone: TimeZoneRules
  /// Zones by name, for functions that take one.
  public var zones: TimeZones
  public var random: RandomNumbers
  /// The operator's watermark, microseconds since 1970; nil where none has come.
  public var watermark: Int64?

  public init(
    nowMicroseconds: Int64, timeZone: TimeZoneRules = .utc, zones: TimeZones = .fixed,
    random: RandomNumbers = RandomNumbers(seed: 0), watermark: Int64? = nil
  ) {
    self.nowMicroseconds = nowMicroseconds
    self.timeZone = timeZone
    self.zones = zones
    self.random = random
    self.watermark = watermark
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
  private let program: Program

  /// - Throws: If the arguments of a function are not what it takes; the SQL binder never builds such a tree.
  public init(_ expression: Expression) throws(EvaluationError) {
    type = expression.type
    program = try Program.compile(expression)
  }

  /// One value a row, in the layout of `type`. A plain column reference is returned without a copy.
  public func evaluate(over batch: RecordBatch, context: EvaluationContext) throws(EvaluationError) -> Column {
    guard batch.rowCount > 0 else { return ColumnBuilder(type).finish() }
    return try program.evaluate(Rows(batch), context).filled(batch.rowCount)
  }
}

/// A condition that is evaluated over many batches, conjunct by conjunct: a later one sees only rows that the earlier ones let through.
public struct CompiledPredicate: Sendable {
  private let program: Program

  /// - Throws: As `CompiledExpression`, and if the expression is not BOOLEAN.
  public init(_ expression: Expression) throws(EvaluationError) {
    guard expression.type.layout == .bool else { throw EvaluationError("a condition is BOOLEAN, not \(expression.type)") }
    program = try Program.compile(expression)
  }

  /// The rows where the condition is TRUE (not NULL), ascending. If there are `batch.rowCount` of them, pass the batch on as it is.
  public func select(from batch: RecordBatch, context: EvaluationContext) throws(EvaluationError) -> [Int32] {
    guard batch.rowCount > 0 else { return [] }
    return try program.select(Rows(batch), context, candidates: nil)
  }
}
