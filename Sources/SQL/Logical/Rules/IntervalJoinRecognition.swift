//  A join whose condition bounds the times of its sides to each other keeps rows for as long as they may match, and its
//  output follows the watermark.

import Dataflow
import Expressions

enum IntervalJoinRecognition {
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    plan.transformed { node in
      guard case .join(let left, let right, let kind, let condition, let place) = node, !kind.isLeftOnly,
        let bounds = IntervalBounds(condition, left.columns, right.columns)
      else { return node }
      return .intervalJoin(
        left, right,
        IntervalJoinNode(
          kind: kind, leftTime: bounds.leftTime, rightTime: bounds.rightTime, lower: bounds.lower, upper: bounds.upper,
          clock: bounds.clock, condition: .conjunction(bounds.rest), span: place.span))
    }
  }

  /// The rows of a FROM clause where a condition holds, with what it says about the sides of inner joins as part of those:
  /// only so is it seen that they bound times, and that their output still has time attributes.
  static func filtered(_ plan: LogicalPlan, _ predicate: Expression) -> LogicalPlan {
    var rest: [Expression] = []
    var plan = plan
    for conjunct in predicate.conjuncts {
      if let absorbed = absorb(conjunct, plan) { plan = absorbed } else { rest.append(conjunct) }
    }
    return Expression.conjunction(rest).map { .filter(plan, $0) } ?? plan
  }

  /// Nil if no inner join of inputs with times takes it.
  private static func absorb(_ conjunct: Expression, _ plan: LogicalPlan) -> LogicalPlan? {
    guard case .join(let left, let right, .inner, let condition, let span) = plan else { return nil }
    let count = left.columns.count
    if conjunct.columns.allSatisfy({ $0 < count }) {
      return absorb(conjunct, left).map { .join($0, right, .inner, condition: condition, at: span) }
    }
    if conjunct.columns.allSatisfy({ $0 >= count }) {
      return absorb(conjunct.mapColumns { $0 - count }, right).map { .join(left, $0, .inner, condition: condition, at: span) }
    }
    guard left.columns.contains(where: { $0.timeAttribute != nil }), right.columns.contains(where: { $0.timeAttribute != nil }) else {
      return nil
    }
    return .join(left, right, .inner, condition: .conjunction((condition?.conjuncts ?? []) + [conjunct]), at: span)
  }
}
