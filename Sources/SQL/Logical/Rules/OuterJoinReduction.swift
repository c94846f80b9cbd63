//  An outer join whose padded rows a condition above it drops need not make them.
//  Source: Calcite's RelOptUtil.simplifyJoin.

import Dataflow
import Expressions

enum OuterJoinReduction {
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    plan.transformed { node in
      guard case .filter(.join(let left, let right, let kind, let condition, let place), let predicate) = node else { return node }
      let count = left.columns.count
      let (leftColumns, rightColumns) = (Set(0..<count), Set(count..<(count + right.columns.count)))
      let reduced: JoinKind
      switch kind {
      case .left: reduced = rejects(predicate, rightColumns) ? .inner : kind
      case .right: reduced = rejects(predicate, leftColumns) ? .inner : kind
      case .full:
        switch (rejects(predicate, leftColumns), rejects(predicate, rightColumns)) {
        case (true, true): reduced = .inner
        // Without rows whose left side is missing those of the left side are the ones that may stand alone.
        case (true, false): reduced = .left
        case (false, true): reduced = .right
        case (false, false): reduced = kind
        }
      case .inner, .semi, .anti: reduced = kind
      }
      return reduced == kind ? node : .filter(.join(left, right, reduced, condition: condition, at: place), predicate)
    }
  }

  /// Whether the condition is not TRUE where all these columns are NULL.
  private static func rejects(_ condition: Expression, _ columns: Set<Int>) -> Bool {
    guard case .call(let function, let operands, _) = condition else { return isNull(condition, columns) }
    switch function {
    case .and: return operands.contains { rejects($0, columns) }
    case .or: return operands.allSatisfy { rejects($0, columns) }
    case .isNotNull: return isNull(operands[0], columns)
    case .isTrue: return rejects(operands[0], columns)
    default: return isNull(condition, columns)
    }
  }

  /// Whether the value is NULL where all these columns are; false if that is not certain.
  private static func isNull(_ expression: Expression, _ columns: Set<Int>) -> Bool {
    switch expression {
    case .column(let index, _): return columns.contains(index)
    case .literal(let value, _): return value == .null
    case .cast(let inner, _, isTry: _): return isNull(inner, columns)
    case .call(let function, let operands, _):
      switch function {
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .add, .subtract, .multiply, .divide, .modulo, .negate, .not,
        .like, .concat, .upper, .lower, .abs:
        return operands.contains { isNull($0, columns) }
      // NULL for NULL, unless it fails.
      case .onlyValue: return isNull(operands[0], columns) && isNull(operands[1], columns)
      default: return false
      }
    case .function, .conditional, .field: return false
    }
  }
}
