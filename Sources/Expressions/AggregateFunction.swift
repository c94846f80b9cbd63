//  The aggregates: each is a case and its definition.

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

  public var definition: AggregateDefinition {
    switch self {
    case .countStar, .count: .init("COUNT", takes: .any, gives: .int64, nullability: .never, takesFrames: true) { _ in [Self.countField] }
    case .sum: .init("SUM", takes: .number, gives: .sum, takesFrames: true) { [Field("sum", $0.resultType), Self.countField] }
    case .avg:
      .init("AVG", takes: .number, gives: .average, takesFrames: true) { call in
        [Field("sum", averageSumType(call.argumentType ?? call.resultType), isNullable: false), Self.countField]
      }
    case .min: .init("MIN", takes: .ordered, gives: .argument, takesFrames: true) { [Field("value", $0.resultType)] }
    case .max: .init("MAX", takes: .ordered, gives: .argument, takesFrames: true) { [Field("value", $0.resultType)] }
    case .firstValue: .init("FIRST_VALUE", takes: .any, gives: .argument, takesFrames: true)
    case .lastValue: .init("LAST_VALUE", takes: .any, gives: .argument, takesFrames: true)
    case .varPop: .init("VAR_POP", takes: .number, gives: .average, partial: Self.moments)
    case .varSamp: .init("VAR_SAMP", "VARIANCE", takes: .number, gives: .average, nullability: .always, partial: Self.moments)
    case .stddevPop: .init("STDDEV_POP", takes: .number, gives: .average, partial: Self.moments)
    case .stddevSamp: .init("STDDEV_SAMP", "STDDEV", takes: .number, gives: .average, nullability: .always, partial: Self.moments)
    case .listAgg: .init("LISTAGG", takes: .text, gives: .text)
    case .arrayAgg: .init("ARRAY_AGG", takes: .any, gives: .array)
    case .collect: .init("COLLECT", takes: .any, gives: .multiset, nullability: .never)
    case .jsonObjectAgg: .init("JSON_OBJECTAGG", takes: .text, gives: .text, nullability: .never)
    case .jsonArrayAgg: .init("JSON_ARRAYAGG", takes: .text, gives: .text, nullability: .never)
    }
  }

  /// How many values there are.
  private static let countField = Field("count", .int64, isNullable: false)

  /// Of all values so far; all zero without one.
  private static func moments(_ call: AggregateCall) -> [Field] {
    [countField, Field("mean", .float64, isNullable: false), Field("squares", .float64, isNullable: false)]
  }

  /// Whether partial results may be added up in any order.
  public var isSplittable: Bool { definition.partial != nil }
}

/// What AVG adds its argument up in.
public func averageSumType(_ argument: DataType) -> DataType {
  switch argument {
  case .float32, .float64: .float64
  case .decimal(_, let scale): .decimal(precision: DataType.maxDecimalPrecision, scale: scale)
  default: .int64
  }
}

/// The columns of one aggregate between the phases of an aggregation; none if it is not split.
public func accumulatorFields(_ call: AggregateCall) -> [Field] { call.function.definition.partial?(call) ?? [] }
