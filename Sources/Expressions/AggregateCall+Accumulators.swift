//  The columns in which a partial aggregate travels from the local to the global phase of an aggregation.
//  The planner gives them to the edge's schema and both operators read and write exactly these.

import Columnar

/// The accumulator columns of one aggregate, in order.
///
/// | function | columns |
/// |---|---|
/// | COUNT(*), COUNT(x) | `count: int64` |
/// | SUM(x) | `sum`: the result type, NULL without a value; `count: int64` of values |
/// | AVG(x) | `sum`: int64, decimal(38, s) or float64, zero without a value; `count: int64` of values |
/// | MIN(x), MAX(x), FIRST_VALUE(x), LAST_VALUE(x) | `value`: the result type, NULL without a value |
/// | VAR_POP(x) and kin | `count: int64`, `mean: float64`, `squares: float64`, all zero without a value |
///
/// What is not `isSplittable` and DISTINCT aggregates are never split in two phases: the order of rows, and which values
/// have been seen, are not in these columns.
public func accumulatorFields(_ call: AggregateCall) -> [Field] {
  let count = Field("count", .int64, isNullable: false)
  switch call.function {
  case .countStar, .count: return [count]
  case .sum: return [Field("sum", call.resultType), count]
  case .avg: return [Field("sum", averageSumType(call.argumentType ?? call.resultType), isNullable: false), count]
  case .varPop, .varSamp, .stddevPop, .stddevSamp:
    return [count, Field("mean", .float64, isNullable: false), Field("squares", .float64, isNullable: false)]
  case .min, .max, .firstValue, .lastValue, .listAgg, .arrayAgg, .collect, .jsonObjectAgg, .jsonArrayAgg:
    return [Field("value", call.resultType)]
  }
}

/// What AVG adds its argument up in.
public func averageSumType(_ argument: DataType) -> DataType {
  switch argument {
  case .float32, .float64: .float64
  case .decimal(_, let scale): .decimal(precision: DataType.maxDecimalPrecision, scale: scale)
  default: .int64
  }
}
