//  What the planner has to know of an aggregate. How it is computed is up to an accumulator among the operators.

import Columnar

/// An aggregate function: its names, what it takes and gives, and whether it may be computed in parts.
public struct AggregateDefinition: Sendable {
  public enum Argument: Sendable {
    case any, number, text
    /// What MIN takes: a type whose values have an order.
    case ordered
  }

  public enum Result: Sendable {
    case int64, text
    /// The type of the argument, as it is; what Flink's SUM and its AVG make of a number.
    case argument, sum, average
    /// Of arguments.
    case array, multiset
  }

  public enum Nullability: Sendable {
    /// For a group without a value.
    case withoutValue
    case always, never
  }

  /// Names in SQL, the usual one first.
  public let names: [String]
  public let takes: Argument
  public let gives: Result
  public let nullability: Nullability
  /// Also over the frames of OVER windows: `OverFunctions` makes what computes it.
  public let takesFrames: Bool
  /// The accumulator columns, in order, in which a partial aggregate travels from the local to the global phase of an aggregation. Partial
  /// aggregates are added up in any order. Nil where the order of rows matters: such an aggregate is not computed in two phases, nor is
  /// one with DISTINCT, since these columns do not say which values have been seen.
  public let partial: (@Sendable (AggregateCall) -> [Field])?

  init(
    _ names: String..., takes: Argument, gives: Result, nullability: Nullability = .withoutValue, takesFrames: Bool = false,
    partial: (@Sendable (AggregateCall) -> [Field])? = nil
  ) {
    self.names = names
    self.takes = takes
    self.gives = gives
    self.nullability = nullability
    self.takesFrames = takesFrames
    self.partial = partial
  }
}
