//  VALUES, and SELECT without FROM: rows that stand in the query.

import Columnar
import Expressions

enum ValuesBinder {
  /// What a SELECT without FROM selects from; no name stands for its column.
  static let oneRow = LogicalPlan.values(
    ValuesNode(rows: [[.literal(.integer(0), .int32)]], columns: [PlanColumn("ZERO", .int32, isNullable: false)]))

  /// Columns are named EXPR$0, EXPR$1 and so on; each has the common type of its values.
  ///
  /// - Parameter rows: at least one; all have equally many values.
  static func bind(_ rows: [[ExpressionSyntax]], at span: SourceSpan) throws(Diagnostic) -> LogicalPlan {
    var bound: [[Bound]] = []
    for row in rows {
      var values: [Bound] = []
      for syntax in row {
        var binder = ExpressionBinder(scope: Scope(), clause: "VALUES")
        values.append(try binder.bind(syntax))
      }
      bound.append(values)
    }
    var columns: [PlanColumn] = []
    for index in bound[0].indices {
      var type = DataType.null
      for row in bound {
        guard let common = TypeRules.common(type, row[index].type, keepsFirstFloat: true) else {
          throw Diagnostic("column \(index + 1) of VALUES mixes \(type) with \(row[index].type); use CAST", at: row[index].span)
        }
        type = common
      }
      columns.append(PlanColumn("EXPR$\(index)", type, isNullable: bound.contains { $0[index].isNullable }))
    }
    return .values(
      ValuesNode(rows: bound.map { row in zip(row, columns).map { Coercion.cast($0, to: $1.type).expression } }, columns: columns))
  }
}
