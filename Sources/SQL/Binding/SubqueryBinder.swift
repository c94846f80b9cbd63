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
    var predicates: [Expression] = []
    for syntax in plain {
      var binder = ExpressionBinder(scope: scope, clause: "WHERE")
      predicates.append(try binder.bindBoolean(syntax).expression)
    }
    if let predicate = Expression.conjunction(predicates) { plan = IntervalJoinRecognition.filtered(plan, predicate) }
    for test in tests { plan = try joined(plan, scope, test) }
    return plan
  }

  private func joined(_ plan: LogicalPlan, _ scope: Scope, _ test: SubqueryTest) throws(Diagnostic) -> LogicalPlan {
    let subquery = try bind(test.query, inside: scope, wantsValues: test.value != nil)
    var conditions = subquery.conditions
    if let value = test.value {
      var values = [value]
      if case .row(let elements) = value.kind { values = elements }
      guard values.count == subquery.values.count else {
        throw Diagnostic("IN compares \(values.count) with the \(subquery.values.count) columns of its subquery", at: test.span)
      }
      var binder = ExpressionBinder(scope: scope, clause: "WHERE")
      for (syntax, candidate) in zip(values, subquery.values) {
        let bound = try binder.bind(syntax)
        let equality = try binder.compare(.equal, "IN", bound, candidate, test.span)
        // x NOT IN (...) is TRUE only if every comparison is FALSE: what is not known counts as a match.
        let unknown = [bound, candidate].filter { test.isNegated && $0.isNullable }.map {
          Expression.call(.isNull, [$0.expression], .boolean)
        }
        conditions.append(unknown.isEmpty ? equality.expression : .call(.or, unknown + [equality.expression], .boolean))
      }
    }
    return try checked(
      .join(plan, subquery.plan, test.isNegated ? .anti : .semi, condition: .conjunction(conditions), at: test.span), at: test.span)
  }

  /// A subquery's rows, and over the outer columns and then its own: the conditions that tie it to the query around it, and
  /// its SELECT list.
  private typealias Subquery = (plan: LogicalPlan, conditions: [Expression], values: [Bound])

  private func bind(_ query: QuerySyntax, inside outer: Scope, wantsValues: Bool) throws(Diagnostic) -> Subquery {
    let outerCount = outer.columns.count
    guard case .select(let select) = query.body, query.common.isEmpty, query.limit == nil, query.offset == nil, !select.isDistinct,
      select.groupBy == nil, select.having == nil,
      !select.items.contains(where: { item in
        if case .expression(let syntax, _) = item { return Self.hasAggregate(syntax) }
        return wantsValues
      })
    else {
      let plan = try bind(query)
      return (
        plan, [],
        plan.columns.enumerated().map {
          Bound(expression: .column(outerCount + $0, $1.type), isNullable: $1.isNullable, span: query.span)
        }
      )
    }
    var (plan, inner) = try from(select.from)
    let scope = Scope(outer: outer, inner: inner)
    var conditions: [Expression] = []
    for conjunct in select.filter?.conjuncts ?? [] {
      if let test = SubqueryTest(conjunct) {
        plan = try joined(plan, inner, test)
        continue
      }
      var binder = ExpressionBinder(scope: scope, clause: "WHERE")
      let bound = try binder.bindBoolean(conjunct).expression
      if bound.columns.contains(where: { $0 < outerCount }) {
        conditions.append(bound)
      } else {
        plan = .filter(plan, bound.mapColumns { $0 - outerCount })
      }
    }
    var values: [Bound] = []
    for case .expression(let syntax, _) in select.items {
      var binder = ExpressionBinder(scope: scope, clause: "SELECT")
      values.append(try binder.bind(syntax))
    }
    return (try checked(plan, at: query.span), conditions, values)
  }
}

/// A condition on what a subquery gives.
private struct SubqueryTest {
  var query: QuerySyntax
  /// What stands before IN; nil for EXISTS.
  var value: ExpressionSyntax?
  var isNegated: Bool
  var span: SourceSpan

  /// Nil if the condition is another.
  init?(_ syntax: ExpressionSyntax) {
    span = syntax.span
    switch syntax.kind {
    case .exists(let query): (self.query, value, isNegated) = (query, nil, false)
    case .inQuery(let value, let query, let isNegated): (self.query, self.value, self.isNegated) = (query, value, isNegated)
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
  /// The operands of an AND, or the expression itself.
  fileprivate var conjuncts: [ExpressionSyntax] {
    if case .chain("AND", let operands) = kind { return operands.flatMap(\.conjuncts) }
    return [self]
  }
}
