//  Subqueries that are tied to the query around them by more than equalities: they are computed once for each combination of the values
//  of that query that they look at, their domain, and joined to its rows by these values.
//  Source: Neumann and Kemper, "Unnesting Arbitrary Queries", 2015; Calcite's RelDecorrelator.

import Columnar
import Dataflow
import Expressions

/// The values of the query around a subquery that the subquery depends on.
struct SubqueryDomain {
  /// Columns of the query around it, over its scope.
  let values: [Expression]
  private let outer: [PlanColumn]
  var outerCount: Int { outer.count }
  /// Stands for the domain in the subquery's plan until the rows are known that it is of.
  private let stand: [PlanColumn]
  private let span: SourceSpan

  /// - Parameters:
  ///   - columns: of the query around it, by their places in its scope.
  ///   - number: tells the domains of one query apart.
  init(_ columns: Set<Int>, of outer: [PlanColumn], number: Int, at span: SourceSpan) {
    let columns = columns.sorted()
    values = columns.map { .column($0, outer[$0].type) }
    stand = columns.enumerated().map {
      PlanColumn("$outer\(number).\($0)", outer[$1].type, isNullable: outer[$1].isNullable)
    }
    self.outer = outer
    self.span = span
  }

  /// The subquery's rows for each combination of values, behind the columns of the query around it: of these the domain's have their
  /// values, and nobody looks at the others.
  ///
  /// - Parameter conditions: over these columns and then the subquery's.
  func joined(to plan: LogicalPlan, _ conditions: [Expression]) -> LogicalPlan {
    let given = plan.columns
    let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1.columns.first ?? 0, given.count + $0) })
    let over = conditions.map { $0.mapColumns { $0 < outer.count ? places[$0] ?? $0 : $0 - outer.count } }
    let joined = LogicalPlan.join(
      plan, .values(ValuesNode(rows: [], columns: stand)), .inner, condition: .conjunction(over), at: JoinPlace(span))
    let around = outer.enumerated().map { index, column in
      places[index].map { Expression.column($0, column.type) } ?? .literal(.null, column.type)
    }
    return .project(
      joined, around + given.indices.map { .column($0, given[$0].type) },
      outer.map { PlanColumn($0.name, $0.type, isNullable: true) } + given)
  }

  /// The values as ties, over what `joined` gives.
  var ties: [SubqueryRows.Tie] { zip(values, stand).map { SubqueryRows.Tie(outer: $0, inner: $0, takesNulls: $1.isNullable) } }

  /// The plan with the values of some rows in it.
  ///
  /// - Parameter values: those of the domain over the columns of `rows`.
  func filled(_ plan: LogicalPlan, with values: [Expression], of rows: LogicalPlan) -> LogicalPlan {
    if case .values(let node) = plan, node.columns.map(\.name) == stand.map(\.name) {
      let projected = LogicalPlan.project(rows, values, stand)
      return .aggregate(projected, AggregateNode(keys: Array(stand.indices), calls: [], columns: stand))
    }
    return plan.withInputs(plan.inputs.map { filled($0, with: values, of: rows) })
  }

  /// Whether two values are the same, NULL or not.
  ///
  /// - Returns: Equalities, so that they can be keys of a join; nil if the type has none.
  static func same(_ left: Expression, _ right: Expression) -> [Expression]? {
    guard let zero = zero(of: left.type) else { return nil }
    let known = [left, right].map { Expression.call(.coalesce, [$0, .literal(zero, $0.type)], $0.type) }
    let unknown = [left, right].map { Expression.call(.isNull, [$0], .boolean) }
    return [.call(.equal, known, .boolean), .call(.equal, unknown, .boolean)]
  }

  private static func zero(of type: DataType) -> Value? {
    switch type {
    case .decimal: .decimal(0)
    case .float32: .float(0)
    case .float64: .double(0)
    case .boolean: .boolean(false)
    case .char, .varchar: .string("")
    case .binary, .varbinary: .bytes([])
    case .array, .map, .multiset, .row, .null: nil
    default: .integer(0)
    }
  }
}
