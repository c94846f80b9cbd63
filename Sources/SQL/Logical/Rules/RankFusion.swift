//  A filter over ROW_NUMBER() becomes a Top-N, which keeps no more rows than it has to; without one it is a window like others.

import Columnar
import Expressions

enum RankFusion {
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    let fused = plan.transformed { node in
      guard case .filter(.rowNumber(let input, let rowNumber), let predicate) = node else { return node }
      return fuse(input, rowNumber, predicate.conjuncts) ?? node
    }
    return fused.transformed { node in
      guard case .rowNumber(let input, let rowNumber) = node, let over = OverNode(rowNumber, over: input.columns) else { return node }
      return .over(input, over)
    }
  }

  /// Nil if no condition bounds the number from above, or one asks for more than its first values. Conditions that contradict each
  /// other leave nothing to rank.
  private static func fuse(_ input: LogicalPlan, _ rowNumber: RowNumberNode, _ conditions: [Expression]) -> LogicalPlan? {
    let columns = input.columns
    let position = columns.count
    var limit: Int64?
    var least: Int64 = 1
    var rest: [Expression] = []
    for condition in conditions {
      if case .literal(let value, _) = condition, value != .boolean(true) { return nothing(of: input, rowNumber) }
      guard condition.columns.contains(position), let (function, value) = comparison(condition, position) else {
        rest.append(condition)
        continue
      }
      switch function {
      case .equal:
        limit = min(limit ?? value, value)
        least = max(least, value)
        if value > 1 { rest.append(condition) }
      case .lessOrEqual: limit = min(limit ?? value, value)
      case .less:
        let last = value == .min ? .min : value - 1
        limit = min(limit ?? last, last)
      case .greaterOrEqual where value <= 1, .greater where value <= 0: break
      case .greaterOrEqual, .greater:
        least = max(least, function == .greater && value < .max ? value + 1 : value)
        rest.append(condition)
      default: rest.append(condition)
      }
    }
    guard let limit else { return nil }
    if limit < least { return nothing(of: input, rowNumber) }
    guard limit <= Int64(SQLLimits.rankMax) else { return nil }
    var rank = RankNode(rowNumber: rowNumber, limit: Int(limit), outputsRank: limit > 1)
    if let window = WindowColumns.of(input), window.isTold(by: rowNumber.keys), let end = rowNumber.keys.first(where: window.ends.contains)
    {
      rank.window = RankWindow(
        kind: window.kind, isLocal: window.isLocal, end: end,
        implied: window.ends.union(window.times).union(window.isSession ? [] : window.starts))
    }
    var plan = LogicalPlan.rank(input, rank)
    if limit == 1 {
      // The number of a first row is known.
      let given = plan.columns
      plan = .project(
        plan, given.indices.map { .column($0, given[$0].type) } + [.literal(.integer(1), .int64)], given + [rowNumber.column])
    }
    return Expression.conjunction(rest).map { .filter(plan, $0) } ?? plan
  }

  /// No row, with the columns that there would be.
  private static func nothing(of input: LogicalPlan, _ rowNumber: RowNumberNode) -> LogicalPlan {
    let columns = input.columns
    return .project(
      .filter(input, .literal(.boolean(false), .boolean)),
      columns.indices.map { .column($0, columns[$0].type) } + [.literal(.integer(1), .int64)], columns + [rowNumber.column])
  }

  /// `number <= 10`, either way round.
  private static func comparison(_ condition: Expression, _ position: Int) -> (ScalarFunction, Int64)? {
    guard case .call(let function, let operands, _) = condition, operands.count == 2 else { return nil }
    if case .column(position, _) = operands[0], case .literal(.integer(let value), _) = operands[1] { return (function, value) }
    guard case .literal(.integer(let value), _) = operands[0], case .column(position, _) = operands[1] else { return nil }
    switch function {
    case .equal: return (.equal, value)
    case .less: return (.greater, value)
    case .lessOrEqual: return (.greaterOrEqual, value)
    case .greater: return (.less, value)
    case .greaterOrEqual: return (.lessOrEqual, value)
    default: return nil
    }
  }
}
