//  Subqueries in WHERE: IN and EXISTS become semi joins, NOT IN and NOT EXISTS anti joins.

import Columnar
import Dataflow
import Expressions

extension QueryBinder {
  /// The rows of a plan where the condition is TRUE. Conditions without subqueries come first.
  func filtered(_ plan: LogicalPlan, _ scope: Scope, _ filter: ExpressionSyntax) throws(Diagnostic) -> LogicalPlan {
    let conjuncts = filter.conjuncts
    let tests = conjuncts.compactMap(SubqueryTest.init)
    var plan = plan
    let plain = tests.isEmpty ? [filter] : conjuncts.filter { SubqueryTest($0) == nil }
    let subqueries = SubqueryCollector(self)
    var predicates: [Expression] = []
    var others: [Expression] = []
    for syntax in plain {
      var binder = ExpressionBinder(scope: scope, clause: "WHERE", subqueries: subqueries)
      binder.unknownIsFalse = true
      let predicate = try binder.bindBoolean(syntax).expression
      if syntax.hasSubquery { others.append(predicate) } else { predicates.append(predicate) }
    }
    if let predicate = Expression.conjunction(predicates) { plan = IntervalJoinRecognition.filtered(plan, predicate) }
    for test in tests { plan = try joined(plan, scope, test) }
    guard let predicate = Expression.conjunction(others) else { return plan }
    let count = plan.columns.count
    let filtered = LogicalPlan.filter(try subqueries.joined(to: plan), SubqueryCollector.settled(predicate, behind: count))
    let columns = Array(filtered.columns[..<count])
    return .project(filtered, columns.indices.map { .column($0, columns[$0].type) }, columns)
  }

  private func joined(_ plan: LogicalPlan, _ scope: Scope, _ test: SubqueryTest) throws(Diagnostic) -> LogicalPlan {
    let subquery = try bind(test.query, of: plan, inside: scope, wantsValues: test.value != nil)
    var conditions = subquery.conditions
    if let value = test.value {
      var binder = ExpressionBinder(scope: scope, clause: "WHERE")
      let operands = try binder.operands(of: value)
      guard operands.count == subquery.values.count else {
        throw Diagnostic("IN compares \(operands.count) with the \(subquery.values.count) columns of its subquery", at: test.span)
      }
      for (operand, candidate) in zip(operands, subquery.values) {
        let equality = try binder.compare(.equal, "IN", operand, candidate, test.span)
        // x NOT IN (...) is TRUE only if every comparison is FALSE: what is not known counts as a match.
        let unknown = [operand, candidate].filter { test.isNegated && $0.isNullable }.map {
          Expression.call(.isNull, [$0.expression], .boolean)
        }
        conditions.append(unknown.isEmpty ? equality.expression : .call(.or, unknown + [equality.expression], .boolean))
      }
    }
    return try checked(
      .join(plan, subquery.plan, test.isNegated ? .anti : .semi, condition: .conjunction(conditions), at: JoinPlace(test.span)),
      at: test.span)
  }

  /// A subquery's rows, and over the outer columns and then its own: the conditions that tie it to the query around it, and
  /// its SELECT list.
  private typealias Subquery = (plan: LogicalPlan, conditions: [Expression], values: [Bound])

  private func bind(
    _ query: QuerySyntax, of around: LogicalPlan, inside outer: Scope, wantsValues: Bool
  ) throws(Diagnostic) -> Subquery {
    let outerCount = outer.columns.count
    guard case .select(let select) = query.body, query.common.isEmpty, query.limit == nil, query.offset == nil,
      select.groupBy == nil, select.having == nil,
      !select.items.contains(where: { item in
        if case .expression(let syntax, _) = item { return Self.hasAggregate(syntax) }
        return wantsValues
      })
    else {
      var rows = try rows(of: query, inside: outer, number: 0)
      if rows.aggregates != nil { rows = try independentRows(of: query, inside: outer) }
      func own(_ expression: Expression) -> Expression { expression.mapColumns { $0 + outerCount } }
      var conditions = rows.conditions
      for tie in rows.ties { conditions += try tie.equalities(with: own(tie.inner), at: query.span) }
      return (
        rows.domain.map { $0.filled(rows.plan, with: $0.values, of: around) } ?? rows.plan, conditions,
        rows.values.map { Bound(expression: own($0.expression), isNullable: $0.isNullable, span: $0.span) }
      )
    }
    let (plan, inner, conditions) = try tiedRows(of: select, inside: outer)
    let scope = Scope(outer: outer, inner: inner)
    var values: [Bound] = []
    for case .expression(let syntax, _) in select.items {
      var binder = ExpressionBinder(scope: scope, clause: "SELECT")
      values.append(try binder.bind(syntax))
    }
    return (plan, conditions, values)
  }
}

/// A condition on what a subquery gives.
private struct SubqueryTest {
  var query: QuerySyntax
  /// What stands before IN; nil for EXISTS.
  var value: ExpressionSyntax?
  var isNegated: Bool
  var span: SourceSpan

  /// Nil if the condition is another, or one about the one row of an aggregation.
  init?(_ syntax: ExpressionSyntax) {
    span = syntax.span
    switch syntax.kind {
    case .exists(let query) where !query.aggregatesAll: (self.query, value, isNegated) = (query, nil, false)
    case .inQuery(let value, let query, let isNegated) where !(query.aggregatesAll && !value.isRow) && !value.hasSubquery:
      (self.query, self.value, self.isNegated) = (query, value, isNegated)
    case .not(let operand):
      guard var test = SubqueryTest(operand) else { return nil }
      test.isNegated.toggle()
      test.span = syntax.span
      self = test
    default: return nil
    }
  }
}

extension ExpressionSyntax {
  fileprivate var isRow: Bool { if case .row = kind { true } else { false } }
}

extension QuerySyntax {
  /// Whether all rows are aggregated to one.
  fileprivate var aggregatesAll: Bool {
    guard common.isEmpty, limit == nil, offset == nil, case .select(let select) = body, select.groupBy == nil else { return false }
    return select.having != nil
      || select.items.contains { item in
        if case .expression(let syntax, _) = item { return QueryBinder.hasAggregate(syntax) }
        return false
      }
  }
}
