//  What an aggregation computes for each group.

import Columnar

/// One aggregate of a GROUP BY. Its argument and filter are columns: a projection before the aggregation computes them.
public struct AggregateCall: Hashable, Sendable, Codable {
  public var function: AggregateFunction
  /// Position of the argument in the input; nil for COUNT(*).
  public var argument: Int?
  /// Position of a boolean column; only rows where it is TRUE count.
  public var filter: Int?
  public var isDistinct: Bool
  public var argumentType: DataType?
  public var resultType: DataType
  /// What LISTAGG puts between strings; a comma if nil.
  public var separator: String?

  public init(
    _ function: AggregateFunction, argument: Int? = nil, argumentType: DataType? = nil, filter: Int? = nil, isDistinct: Bool = false,
    resultType: DataType, separator: String? = nil
  ) {
    self.separator = separator
    self.function = function
    self.argument = argument
    self.filter = filter
    self.isDistinct = isDistinct
    self.argumentType = argumentType
    self.resultType = resultType
  }
}
