//  A join compares columns: where an equality compares expressions, they are computed below the join.

import Columnar
import Expressions

enum JoinKeyProjection {
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    plan.transformed { node in
      switch node {
      case .join(let left, let right, let kind, let condition?, let span):
        return project(node, left, right, condition) { .join($0, $1, kind, condition: $2, at: span) }
      case .intervalJoin(let left, let right, var interval):
        guard let condition = interval.condition else { return node }
        return project(node, left, right, condition) {
          interval.condition = $2
          return .intervalJoin($0, $1, interval)
        }
      case .windowJoin(let left, let right, var window):
        guard let condition = window.condition else { return node }
        return project(node, left, right, condition) {
          window.condition = $2
          return .windowJoin($0, $1, window)
        }
      default: return node
      }
    }
  }

  /// The join over inputs that have the keys, and of it the columns that `node` has.
  private static func project(
    _ node: LogicalPlan, _ left: LogicalPlan, _ right: LogicalPlan, _ condition: Expression,
    _ join: (LogicalPlan, LogicalPlan, Expression?) -> LogicalPlan
  ) -> LogicalPlan {
    var sides = (left: Side(left), right: Side(right))
    let count = left.columns.count
    var isChanged = false
    var conditions: [Expression] = []
    for conjunct in condition.conjuncts {
      guard let equality = JoinEquality(conjunct, leftCount: count), !equality.isOfColumns else {
        conditions.append(conjunct)
        continue
      }
      isChanged = true
      let (a, b) = (sides.left.column(equality.left), sides.right.column(equality.right))
      conditions.append(
        .call(.equal, [.column(Side.leftMark + a, equality.left.type), .column(Side.rightMark + b, equality.right.type)], .boolean))
    }
    guard isChanged else { return node }
    // The right columns move up by what the left side has gained.
    let newCount = sides.left.columns.count
    let rebased = conditions.map { condition in
      condition.mapColumns { column in
        if column >= Side.rightMark { return newCount + column - Side.rightMark }
        if column >= Side.leftMark { return column - Side.leftMark }
        return column < count ? column : newCount + column - count
      }
    }
    let columns = node.columns
    return .project(
      join(sides.left.plan, sides.right.plan, .conjunction(rebased)),
      columns.indices.map { .column($0 < count ? $0 : newCount + $0 - count, columns[$0].type) }, columns)
  }

  /// An input with columns added to it.
  private struct Side {
    /// Mark columns of a side itself, until it is known where the right one begins.
    static let leftMark = 1 << 40
    static let rightMark = 1 << 41
    let input: LogicalPlan
    var expressions: [Expression]
    var columns: [PlanColumn]

    init(_ input: LogicalPlan) {
      self.input = input
      columns = input.columns
      expressions = columns.indices.map { [columns] in .column($0, columns[$0].type) }
    }

    mutating func column(_ expression: Expression) -> Int {
      if let index = expressions.firstIndex(of: expression) { return index }
      expressions.append(expression)
      columns.append(PlanColumn("$key\(columns.count)", expression.type, isNullable: true))
      return columns.count - 1
    }

    var plan: LogicalPlan { columns.count == input.columns.count ? input : .project(input, expressions, columns) }
  }
}

/// `a = b` where one is over a join's left input and the other over its right one.
struct JoinEquality {
  /// Over the left columns.
  var left: Expression
  /// Over the right columns, counted from 0.
  var right: Expression

  init?(_ condition: Expression, leftCount: Int) {
    guard case .call(.equal, let operands, _) = condition else { return nil }
    let columns = operands.map(\.columns)
    guard columns.allSatisfy({ !$0.isEmpty }) else { return nil }
    let isLeft = columns.map { $0.allSatisfy { $0 < leftCount } }
    let isRight = columns.map { $0.allSatisfy { $0 >= leftCount } }
    if isLeft[0], isRight[1] {
      (left, right) = (operands[0], operands[1])
    } else if isLeft[1], isRight[0] {
      (left, right) = (operands[1], operands[0])
    } else {
      return nil
    }
    right = right.mapColumns { $0 - leftCount }
  }

  var isOfColumns: Bool {
    if case .column = left, case .column = right { return true }
    return false
  }
}
