//  What a filter has made sure of is not asked again of the rows that it lets through: behind `kind = 2` the test `kind = 1`
//  of a CASE is FALSE, and the CASE becomes the branch that is left.
//  Source: Calcite's ReduceExpressionsRule, which simplifies by the predicates of its input.

import Columnar
import Expressions

enum ImpliedConditions {
  /// Projections of a table's filtered rows.
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    plan.transformed { node in
      guard case .project(.filter(.scan(let scan), let predicate), let expressions, let columns) = node else { return node }
      return .project(
        .filter(.scan(scan), predicate), expressions.map { simplified($0, where: predicate) }, scan.identified(columns, as: expressions))
    }
  }

  /// An expression that has the same value wherever the predicate is TRUE.
  static func simplified(_ expression: Expression, where predicate: Expression) -> Expression {
    var known: [Expression: Expression] = [:]
    for case .call(.equal, let sides, _) in predicate.conjuncts where sides[0].type == sides[1].type && isExact(sides[0].type) {
      if case .column = sides[0], case .literal = sides[1] { known[sides[0]] = sides[1] }
      if case .column = sides[1], case .literal = sides[0] { known[sides[1]] = sides[0] }
    }
    return known.isEmpty ? expression : simplified(expression, known)
  }

  /// Only conditions of CASE are decided: a column that is passed on says more to the plan than its value.
  private static func simplified(_ expression: Expression, _ known: [Expression: Expression]) -> Expression {
    guard case .conditional(let branches, let otherwise, let type) = expression else {
      return expression.mapChildren { simplified($0, known) }
    }
    let decided = branches.map {
      Expression.Branch(ConstantFolding.foldDeep(replaced($0.condition, known)), simplified($0.value, known))
    }
    let folded = ConstantFolding.fold(.conditional(decided, otherwise: simplified(otherwise, known), type))
    return folded.type == type ? folded : .cast(folded, to: type, isTry: false)
  }

  private static func replaced(_ expression: Expression, _ known: [Expression: Expression]) -> Expression {
    known[expression] ?? expression.mapChildren { replaced($0, known) }
  }

  /// Whether values that are equal are the same.
  private static func isExact(_ type: DataType) -> Bool {
    switch type {
    case .boolean, .int8, .int16, .int32, .int64, .date, .varchar: true
    default: false
    }
  }
}
