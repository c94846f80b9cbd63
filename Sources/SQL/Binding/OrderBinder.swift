//  ORDER BY, LIMIT, OFFSET and FETCH behind a query.

import Columnar
import Dataflow
import Expressions

/// A key of ORDER BY and the column that it turns out to be.
struct OrderKey {
  var syntax: OverSyntax.Key
  /// Position in the SELECT list, keys that were added to it counted.
  private(set) var column = 0
  /// It is no column of the list and stands behind it.
  private(set) var isAdded = false

  init(_ syntax: OverSyntax.Key) { self.syntax = syntax }

  /// Finds the item that the key names by number, alias or column name; any other expression becomes an item behind the list.
  mutating func place(in items: inout [SelectItem], _ scope: Scope) throws(Diagnostic) {
    let names = items.indices.map { position in
      items[position].syntax == nil ? items[position].column.map { scope.columns[$0].name } ?? "" : items[position].name(at: position)
    }
    if let position = try Self.position(of: syntax.expression, among: names) {
      column = position
    } else {
      column = items.count
      isAdded = true
      items.append(
        SelectItem(syntax: syntax.expression, alias: Identifier(text: "$order\(items.count)", span: syntax.expression.span), column: nil))
    }
  }

  mutating func place(among columns: [PlanColumn]) throws(Diagnostic) {
    guard let position = try Self.position(of: syntax.expression, among: columns.map(\.name)) else {
      throw Diagnostic(
        "ORDER BY of a set operation or of VALUES takes a column's name or number", at: syntax.expression.span,
        expected: columns.map(\.name))
    }
    column = position
  }

  private static func position(of syntax: ExpressionSyntax, among names: [String]) throws(Diagnostic) -> Int? {
    switch syntax.kind {
    case .number(let text):
      guard let number = Int(text) else { return nil }
      guard names.indices.contains(number - 1) else {
        throw Diagnostic("there is no column \(text); the query has \(names.count)", at: syntax.span)
      }
      return number - 1
    case .name(let parts) where parts.count == 1:
      let found = names.indices.filter { names[$0] == parts[0].text }
      if found.count > 1 { throw Diagnostic("the column '\(parts[0].text)' is ambiguous", at: syntax.span) }
      return found.first
    default: return nil
    }
  }

  func sortKey(in columns: [PlanColumn]) throws(Diagnostic) -> SortKey {
    guard TypeRules.isOrdered(columns[column].type) else {
      throw Diagnostic("values of type \(columns[column].type) have no order for ORDER BY", at: syntax.expression.span)
    }
    return SortKey(column, isDescending: syntax.isDescending, nullsFirst: syntax.nullsFirst)
  }
}

extension QueryBinder {
  /// A query with what follows its body.
  func ordered(_ query: QuerySyntax) throws(Diagnostic) -> LogicalPlan {
    var keys = query.order.map { OrderKey($0) }
    var plan: LogicalPlan
    let visibleCount: Int
    if case .select(let select) = query.body {
      plan = try self.select(select, &keys)
      visibleCount = plan.columns.count - keys.count(where: \.isAdded)
    } else {
      plan = try bind(query.body, at: query.span)
      visibleCount = plan.columns.count
      for index in keys.indices { try keys[index].place(among: plan.columns) }
    }
    let columns = plan.columns
    var order: [SortKey] = []
    for key in keys {
      let sortKey = try key.sortKey(in: columns)
      if !order.contains(where: { $0.column == sortKey.column }) { order.append(sortKey) }
    }
    if !order.isEmpty { plan = .sort(plan, order, at: query.orderSpan) }
    if query.limit == nil, query.offset != nil {
      throw .unsupported("OFFSET without LIMIT or FETCH is", at: query.orderSpan, instead: "say how many rows are wanted")
    }
    if let limit = query.limit {
      let spec = LimitSpec(offset: query.offset ?? 0, count: limit)
      if limit == 0 {
        plan = .filter(plan.withoutSort, .literal(.boolean(false), .boolean))
      } else {
        if !order.isEmpty, spec.offset > SQLLimits.rankMax || limit > Int64(SQLLimits.rankMax) - spec.offset {
          throw Diagnostic("ORDER BY with LIMIT keeps at most \(SQLLimits.rankMax) rows, OFFSET included", at: query.orderSpan)
        }
        plan = .limit(plan, spec)
      }
    }
    plan = try checked(plan, at: query.span)
    let given = plan.columns
    if visibleCount == given.count { return plan }
    return .project(plan, (0..<visibleCount).map { .column($0, given[$0].type) }, Array(given[..<visibleCount]))
  }
}

extension LogicalPlan {
  /// Of a sort its input.
  fileprivate var withoutSort: LogicalPlan {
    if case .sort(let input, _, _) = self { return input }
    return self
  }
}
