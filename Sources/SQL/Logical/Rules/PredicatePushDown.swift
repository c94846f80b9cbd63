//  Moves conditions towards the sources: through projections and unions, to the side of a join that they are about, under
//  windows and aggregations when they are about rows or keys. Conditions of a join that compare its sides stay with it.

import Dataflow
import Expressions

enum PredicatePushDown {
  /// - Parameter throughAggregates: also conditions on grouping keys; not before windows have been fused, which need
  ///   theirs above.
  static func apply(_ plan: LogicalPlan, throughAggregates: Bool) -> LogicalPlan {
    push([], into: plan, throughAggregates)
  }

  /// The plan's rows where all conditions hold.
  private static func push(_ conditions: [Expression], into plan: LogicalPlan, _ throughAggregates: Bool) -> LogicalPlan {
    func descend(_ conditions: [Expression], _ plan: LogicalPlan) -> LogicalPlan { push(conditions, into: plan, throughAggregates) }
    switch plan {
    case .scan: return filtered(plan, conditions)
    case .filter(let input, let predicate):
      // The inner conditions first: the outer ones may rely on them.
      return descend(predicate.conjuncts + conditions, input)
    case .project(let input, let expressions, let columns):
      var moved: [Expression] = []
      var kept: [Expression] = []
      for condition in conditions {
        if kept.isEmpty, let merged = ProjectionMerging.merge([condition], over: expressions) {
          moved += merged[0].conjuncts
        } else {
          kept.append(condition)
        }
      }
      return filtered(.project(descend(moved, input), expressions, columns), kept)
    case .window(let input, let spec):
      let count = input.columns.count
      let (below, above) = split(conditions) { $0.columns.allSatisfy { $0 < count } }
      return filtered(.window(descend(below, input), spec), above)
    case .aggregate(let input, let node):
      let (below, above) = split(conditions) { throughAggregates && !node.keys.isEmpty && isAboutKeys($0, node.keys.count) }
      return filtered(.aggregate(descend(below.map { $0.mapColumns { node.keys[$0] } }, input), node), above)
    case .windowAggregate(let input, let node):
      let (below, above) = split(conditions) { throughAggregates && isAboutKeys($0, node.keys.count) }
      return filtered(.windowAggregate(descend(below.map { $0.mapColumns { node.keys[$0] } }, input), node), above)
    case .union(let inputs): return .union(inputs.map { descend(conditions, $0) })
    case .join(let left, let right, let condition, let span):
      let count = left.columns.count
      let all = (condition?.conjuncts ?? []) + conditions
      var (toLeft, toRight, own): ([Expression], [Expression], [Expression]) = ([], [], [])
      for condition in all {
        let columns = condition.columns
        if columns.isEmpty || columns.contains(where: { $0 < count }) && columns.contains(where: { $0 >= count }) {
          own.append(condition)
        } else if columns.allSatisfy({ $0 < count }) {
          toLeft.append(condition)
        } else {
          toRight.append(condition.mapColumns { $0 - count })
        }
      }
      return .join(descend(toLeft, left), descend(toRight, right), condition: .conjunction(own), at: span)
    }
  }

  private static func isAboutKeys(_ condition: Expression, _ keyCount: Int) -> Bool {
    let columns = condition.columns
    return !columns.isEmpty && columns.allSatisfy { $0 < keyCount }
  }

  private static func split(
    _ conditions: [Expression], _ isBelow: (Expression) -> Bool
  ) -> (below: [Expression], above: [Expression]) {
    (conditions.filter(isBelow), conditions.filter { !isBelow($0) })
  }

  private static func filtered(_ plan: LogicalPlan, _ conditions: [Expression]) -> LogicalPlan {
    Expression.conjunction(conditions).map { .filter(plan, ConstantFolding.fold($0)) } ?? plan
  }
}
