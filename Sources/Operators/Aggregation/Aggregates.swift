//  Which accumulator computes each aggregate.

import Columnar
import Dataflow
import Expressions

enum Aggregates {
  /// - Parameters:
  ///   - retracts: Rows may be taken back.
  ///   - keepsGroups: No group is ever taken out, or merged with another.
  /// - Throws: If the function does not take the argument's type.
  static func make(_ call: AggregateCall, retracts: Bool, keepsGroups: Bool) throws(OperatorError) -> any Aggregate {
    if call.function == .countStar { return CountAggregate() }
    guard call.argument != nil, let type = call.argumentType else {
      throw OperatorError(.internal, .never, "aggregate \(call.function.rawValue) has no argument")
    }
    func seen(_ aggregate: any Aggregate) -> any Aggregate {
      call.isDistinct ? DistinctAggregate(aggregate, of: type, isListed: !keepsGroups) : aggregate
    }
    switch call.function {
    case .countStar: return CountAggregate()
    case .count: return seen(CountAggregate())
    case .sum:
      guard type.isNumeric else { throw unsupported(call, type) }
      // Floats are added up as doubles, and kept so.
      return seen(SumAggregate(call, sumType: call.resultType == .float32 ? .float64 : call.resultType))
    case .avg:
      guard type.isNumeric else { throw unsupported(call, type) }
      return seen(AverageAggregate(call, sumType: averageSumType(type)))
    case .min, .max:
      if type.layout == .list || type.layout == .row { throw unsupported(call, type) }
      return ExtremeAggregate(type, isMin: call.function == .min, retracts: retracts)
    case .firstValue, .lastValue:
      return seen(retracts ? SequenceAggregate(call, of: type) : EdgeValueAggregate(type, isFirst: call.function == .firstValue))
    case .varPop, .varSamp, .stddevPop, .stddevSamp:
      guard type.isNumeric else { throw unsupported(call, type) }
      return seen(VarianceAggregate(call))
    case .listAgg, .arrayAgg, .jsonObjectAgg, .jsonArrayAgg:
      if call.function != .arrayAgg, !type.isCharacter { throw unsupported(call, type) }
      return seen(SequenceAggregate(call, of: type))
    case .collect: return CollectAggregate(type, isDistinct: call.isDistinct)
    }
  }

  private static func unsupported(_ call: AggregateCall, _ type: DataType) -> OperatorError {
    OperatorError(.user, .never, "\(call.function.rawValue.uppercased()) takes no \(type)")
  }
}
