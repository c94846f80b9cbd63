//  What an aggregation computes for each group.

import Columnar

/// The raw value is stored in job graphs and names state columns: never rename one.
public enum AggregateFunction: String, Hashable, Sendable, Codable, CaseIterable {
  /// `COUNT(*)`: no argument.
  case countStar
  case count, sum, avg, min, max, firstValue, lastValue
  case varPop, varSamp, stddevPop, stddevSamp
  /// The strings in the order of arrival, with a separator between them.
  case listAgg
  /// The values as an array, NULL among them, in the order of arrival; as a multiset.
  case arrayAgg, collect
  /// Objects, or arrays, as text, brought together to one.
  case jsonObjectAgg, jsonArrayAgg

  /// Names in SQL, the usual one first.
  public var sqlNames: [String] {
    switch self {
    case .countStar, .count: ["COUNT"]
    case .sum: ["SUM"]
    case .avg: ["AVG"]
    case .min: ["MIN"]
    case .max: ["MAX"]
    case .firstValue: ["FIRST_VALUE"]
    case .lastValue: ["LAST_VALUE"]
    case .varPop: ["VAR_POP"]
    case .varSamp: ["VAR_SAMP", "VARIANCE"]
    case .stddevPop: ["STDDEV_POP"]
    case .stddevSamp: ["STDDEV_SAMP", "STDDEV"]
    case .listAgg: ["LISTAGG"]
    case .arrayAgg: ["ARRAY_AGG"]
    case .collect: ["COLLECT"]
    case .jsonObjectAgg: ["JSON_OBJECTAGG"]
    case .jsonArrayAgg: ["JSON_ARRAYAGG"]
    }
  }

  /// Whether partial results, as `accumulatorFields` lays them out, may be added up in any order.
  public var isSplittable: Bool {
    switch self {
    case .firstValue, .lastValue, .listAgg, .arrayAgg, .collect, .jsonObjectAgg, .jsonArrayAgg: false
    default: true
    }
  }
}

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
