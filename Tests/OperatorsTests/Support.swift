import Columnar
import Dataflow
import Expressions
import Operators
import TestKit

/// A harness for the operator that the factory makes from a spec.
func setup(_ spec: OperatorSpec, _ inputs: Schema..., output: Schema, keys: [[Int]] = [[]]) -> OperatorSetup {
  OperatorSetup(inputs: inputs, output: output, keys: keys) { try OperatorFactory.make(spec) }
}

extension AggregateCall {
  static let countStar = AggregateCall(.countStar, resultType: .int64)
  static func count(_ argument: Int, _ type: DataType = .int64, distinct: Bool = false, filter: Int? = nil) -> AggregateCall {
    AggregateCall(.count, argument: argument, argumentType: type, filter: filter, isDistinct: distinct, resultType: .int64)
  }
  static func of(
    _ function: AggregateFunction, _ argument: Int, _ type: DataType = .int64, distinct: Bool = false, filter: Int? = nil,
    result: DataType? = nil
  ) -> AggregateCall {
    AggregateCall(
      function, argument: argument, argumentType: type, filter: filter, isDistinct: distinct, resultType: result ?? type)
  }
}

/// The schema of partial results: keys, in windows the slice's end, accumulators.
func partialSchema(_ keys: [Field], _ calls: [AggregateCall], isWindowed: Bool) -> Schema {
  let end = isWindowed ? [Field("slice_end", .int64, isNullable: false)] : []
  let accumulators = calls.enumerated().flatMap { index, call in
    accumulatorFields(call).map { Field("\($0.name)\(index)", $0.type, isNullable: $0.isNullable) }
  }
  return Schema(keys + end + accumulators)
}

let second: Int64 = 1_000_000
let millisecond: Int64 = 1_000
