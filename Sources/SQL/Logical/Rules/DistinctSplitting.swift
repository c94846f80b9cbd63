//  DISTINCT aggregates of a few large keys are spread over the subtasks: first by the keys and a bucket of the distinct value, so that
//  each value is counted in one place, then by the keys alone.
//  Source: Flink's SplitAggregateRule ('table.optimizer.distinct-agg.split.enabled').

import Columnar
import Expressions

enum DistinctSplitting {
  /// Aggregations whose DISTINCT calls are all about one value, and whose other calls can be added up; others stay as they are.
  static func apply(_ plan: LogicalPlan, bucketCount: Int) -> LogicalPlan {
    plan.transformed { node in
      guard case .aggregate(let input, let aggregate) = node else { return node }
      return split(input, aggregate, bucketCount) ?? node
    }
  }

  private static func split(_ input: LogicalPlan, _ node: AggregateNode, _ bucketCount: Int) -> LogicalPlan? {
    let distinct = Set(node.calls.filter(\.isDistinct).compactMap(\.argument))
    guard distinct.count == 1, let value = distinct.first, node.calls.allSatisfy({ final($0, 0) != nil }) else { return nil }
    let given = input.columns
    let bucket = Expression.call(
      .hashBucket, [.column(value, given[value].type), .literal(.integer(Int64(bucketCount)), .int64)], .int32)
    let keyed = LogicalPlan.project(
      input, given.indices.map { .column($0, given[$0].type) } + [bucket], given + [PlanColumn("$bucket", .int32, isNullable: false)])
    let keyCount = node.keys.count
    let keys = Array(node.columns[..<keyCount])
    let partial = LogicalPlan.aggregate(
      keyed,
      AggregateNode(
        keys: node.keys + [given.count], calls: node.calls,
        columns: keys + [PlanColumn("$bucket", .int32, isNullable: false)] + node.columns[keyCount...], timeToLive: node.timeToLive))
    return .aggregate(
      partial,
      AggregateNode(
        keys: Array(0..<keyCount), calls: node.calls.enumerated().compactMap { final($1, keyCount + 1 + $0) }, columns: node.columns,
        timeToLive: node.timeToLive))
  }

  /// What makes the result of a call out of its results for the buckets; nil if nothing does.
  private static func final(_ call: AggregateCall, _ argument: Int) -> AggregateCall? {
    let function: AggregateFunction
    switch call.function {
    case .count, .countStar, .sum: function = .sum
    case .min, .max: function = call.function
    default: return nil
    }
    return AggregateCall(function, argument: argument, argumentType: call.resultType, resultType: call.resultType)
  }
}
