//  Moves conditions towards the sources: through projections and unions, to the side of a join that they are about, under
//  windows and aggregations when they are about rows or keys. Conditions of a join that compare its sides stay with it, and
//  nothing goes where it would change which rows stand alone: below a padded side's counterpart, or from ON to a padded side.

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
    // A random condition is about the rows where it stands.
    let (random, conditions) = split(conditions, \.isRandom)
    if !random.isEmpty { return filtered(descend(conditions, plan), random) }
    switch plan {
    case .scan, .values: return filtered(plan, conditions)
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
      // Without some rows of a key its sessions would be others.
      let (below, above) = split(conditions) { condition in
        condition.columns.allSatisfy { $0 < count && spec.partition?.contains($0) != false }
      }
      return filtered(.window(descend(below, input), spec), above)
    case .aggregate(let input, let node):
      let (below, above) = split(conditions) { throughAggregates && !node.keys.isEmpty && isAboutKeys($0, node.keys.count) }
      return filtered(.aggregate(descend(below.map { $0.mapColumns { node.keys[$0] } }, input), node), above)
    case .windowAggregate(let input, let node):
      let (below, above) = split(conditions) { throughAggregates && isAboutKeys($0, node.keys.count) }
      return filtered(.windowAggregate(descend(below.map { $0.mapColumns { node.keys[$0] } }, input), node), above)
    case .rowNumber(let input, let node):
      let (below, above) = split(conditions) { isAboutPartition($0, node) }
      return filtered(.rowNumber(descend(below, input), node), above)
    case .rank(let input, let node):
      let (below, above) = split(conditions) { isAboutPartition($0, node.rowNumber) }
      return filtered(.rank(descend(below, input), node), above)
    case .over(let input, let node):
      // A condition on the keys of the window takes all of its rows or none.
      let (below, above) = split(conditions) { !$0.columns.isEmpty && $0.columns.allSatisfy(node.keys.contains) }
      return filtered(.over(descend(below, input), node), above)
    case .union(let inputs): return .union(inputs.map { descend(conditions, $0) })
    case .limit: return filtered(plan.withInputs([descend([], plan.inputs[0])]), conditions)
    case .sort(let input, let order, let span): return .sort(descend(conditions, input), order, at: span)
    case .expand(let input, let lists, let columns):
      // A condition on a column that is the same in every list is one on the input's.
      let passed = columns.indices.map { index in lists.allSatisfy { $0[index] == lists[0][index] } }
      let (below, above) = split(conditions) { $0.columns.allSatisfy { passed[$0] } && !$0.columns.isEmpty && isDeterministic($0) }
      guard let merged = ProjectionMerging.merge(below, over: lists[0]) else {
        return filtered(.expand(descend([], input), lists, columns), conditions)
      }
      return filtered(.expand(descend(merged, input), lists, columns), above)
    case .setOperation(let left, let right, let spec):
      // Equal rows pass together or not at all, unless the condition is another each time.
      let (below, above) = split(conditions, isDeterministic)
      return filtered(.setOperation(descend(below, left), descend(below, right), spec), above)
    case .intervalJoin(let left, let right, let node):
      return filtered(.intervalJoin(descend([], left), descend([], right), node), conditions)
    case .windowJoin(let left, let right, let node):
      return filtered(.windowJoin(descend([], left), descend([], right), node), conditions)
    case .join(let left, let right, let kind, let condition, let span) where kind != .inner:
      return pushOuter(conditions, left, right, kind, condition, span, descend)
    case .join(let left, let right, let kind, let condition, let span):
      let count = left.columns.count
      let all = (condition?.conjuncts ?? []) + conditions
      var (toLeft, toRight, own): ([Expression], [Expression], [Expression]) = ([], [], [])
      for condition in all {
        let columns = condition.columns
        if condition.isRandom || columns.isEmpty || columns.contains(where: { $0 < count }) && columns.contains(where: { $0 >= count }) {
          own.append(condition)
        } else if columns.allSatisfy({ $0 < count }) {
          toLeft.append(condition)
        } else {
          toRight.append(condition.mapColumns { $0 - count })
        }
      }
      return .join(descend(toLeft, left), descend(toRight, right), kind, condition: .conjunction(own), at: span)
    }
  }

  /// Through a join that is not inner: what stands above it may go to a side whose rows it passes on as they are, what is
  /// in its own condition to a side whose rows are not kept for their own sake.
  private static func pushOuter(
    _ conditions: [Expression], _ left: LogicalPlan, _ right: LogicalPlan, _ kind: JoinKind, _ condition: Expression?, _ place: JoinPlace,
    _ descend: ([Expression], LogicalPlan) -> LogicalPlan
  ) -> LogicalPlan {
    let count = left.columns.count
    func isAbout(_ condition: Expression, _ isOfSide: (Int) -> Bool) -> Bool {
      !condition.isRandom && !condition.columns.isEmpty && condition.columns.allSatisfy(isOfSide)
    }
    func isLeft(_ condition: Expression) -> Bool { isAbout(condition) { $0 < count } }
    func isRight(_ condition: Expression) -> Bool { isAbout(condition) { $0 >= count } }
    let keepsLeft = kind != .right && kind != .full
    var (toLeft, above) = split(conditions) { keepsLeft && isLeft($0) }
    var toRight: [Expression] = []
    (toRight, above) = split(above) { kind == .right && isRight($0) }
    var own: [Expression] = []
    for conjunct in condition?.conjuncts ?? [] {
      if isLeft(conjunct), kind == .right || kind == .semi {
        toLeft.append(conjunct)
      } else if isRight(conjunct), kind != .right, kind != .full {
        toRight.append(conjunct)
      } else {
        own.append(conjunct)
      }
    }
    let below = descend(toRight.map { $0.mapColumns { $0 - count } }, right)
    return filtered(.join(descend(toLeft, left), below, kind, condition: .conjunction(own), at: place), above)
  }

  /// Whether equal rows always give an equal result.
  static func isDeterministic(_ expression: Expression) -> Bool {
    if case .call(let function, _, _) = expression, !function.isDeterministic { return false }
    return expression.children.allSatisfy(isDeterministic)
  }

  private static func isAboutKeys(_ condition: Expression, _ keyCount: Int) -> Bool {
    let columns = condition.columns
    return !columns.isEmpty && columns.allSatisfy { $0 < keyCount }
  }

  /// A condition on the partition keys takes all rows of a key or none.
  private static func isAboutPartition(_ condition: Expression, _ node: RowNumberNode) -> Bool {
    let columns = condition.columns
    return !columns.isEmpty && columns.allSatisfy(node.keys.contains)
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
