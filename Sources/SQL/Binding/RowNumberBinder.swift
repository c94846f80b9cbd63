//  ROW_NUMBER() OVER (...) as an item of a SELECT list: its keys are computed below, its number is one more column.

import Columnar
import Expressions

enum RowNumberBinder {
  /// The plan with a column for the ROW_NUMBER of the list, and the list with that column in its place; unchanged without one.
  static func bind(
    _ plan: LogicalPlan, _ scope: Scope, _ items: [SelectItem], _ windows: [(name: Identifier, window: OverSyntax)]
  ) throws(Diagnostic) -> (plan: LogicalPlan, scope: Scope, items: [SelectItem]) {
    guard let position = items.firstIndex(where: { call($0) != nil }), let syntax = items[position].syntax, let call = call(items[position])
    else { return (plan, scope, items) }
    guard let written = call.over, call.arguments.isEmpty, !call.isStar, call.filter == nil else { throw refusal(at: syntax.span) }
    if let second = items[(position + 1)...].first(where: { Self.call($0) != nil })?.syntax {
      throw .unsupported("a second ROW_NUMBER in a SELECT list is", at: second.span, instead: "use a derived table for each")
    }
    let over = try OverCollector.resolve(written, windows)
    if let frame = over.frame { throw .unsupported("a frame of ROW_NUMBER is", at: frame.span) }
    if over.order.isEmpty {
      throw Diagnostic("ROW_NUMBER needs an order", at: over.span, expected: ["OVER (PARTITION BY a ORDER BY b)"])
    }
    var input = KeyProjection(scope)
    var keys: [Int] = []
    for expression in over.partition {
      let key = try input.position(of: expression)
      guard TypeRules.isComparable(key.type) else {
        throw Diagnostic("values of type \(key.type) cannot be compared for PARTITION BY", at: expression.span)
      }
      if !keys.contains(key.position) { keys.append(key.position) }
    }
    var order: [SortKey] = []
    for item in over.order {
      let key = try input.position(of: item.expression)
      guard TypeRules.isOrdered(key.type) else {
        throw Diagnostic("values of type \(key.type) have no order for ORDER BY", at: item.expression.span)
      }
      order.append(SortKey(key.position, isDescending: item.isDescending, nullsFirst: item.nullsFirst))
    }
    let node = RowNumberNode(keys: keys, order: order, name: items[position].name(at: position), span: syntax.span)
    var extended = scope
    extended.columns = input.columns + [node.column]
    var items = items
    items[position].column = input.columns.count
    return (.rowNumber(input.over(plan), node), extended, items)
  }

  private static func call(_ item: SelectItem) -> CallSyntax? {
    if case .call(let call) = item.syntax?.kind, call.name == "ROW_NUMBER" { return call }
    return nil
  }

  /// What is said wherever ROW_NUMBER stands outside of the one pattern that it is for.
  static func refusal(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "ROW_NUMBER is supported only for Top-N and deduplication: as a column of a derived table whose outer query keeps its first values, "
        + "from 1 to at most \(SQLLimits.rankMax)",
      at: span,
      expected: ["SELECT ... FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS rn FROM t) WHERE rn <= 10"])
  }

  /// The columns in sight and the expressions among the keys.
  private struct KeyProjection {
    let scope: Scope
    private var expressions: [Expression]
    private(set) var columns: [PlanColumn]

    init(_ scope: Scope) {
      self.scope = scope
      columns = scope.columns
      expressions = scope.columns.indices.map { .column($0, scope.columns[$0].type) }
    }

    mutating func position(of syntax: ExpressionSyntax) throws(Diagnostic) -> (position: Int, type: DataType) {
      var binder = ExpressionBinder(scope: scope, clause: "OVER")
      let bound = try binder.bind(syntax)
      if let index = expressions.firstIndex(of: bound.expression) { return (index, bound.type) }
      expressions.append(bound.expression)
      columns.append(PlanColumn("$key\(columns.count)", bound.type, isNullable: bound.isNullable))
      return (columns.count - 1, bound.type)
    }

    func over(_ plan: LogicalPlan) -> LogicalPlan {
      columns.count == scope.columns.count ? plan : .project(plan, expressions, columns)
    }
  }
}
