//  Joins of FROM: what ON, USING and NATURAL ask for, and which names the result has.

import Columnar
import Dataflow
import Expressions

extension QueryBinder {
  typealias Bindings = (plan: LogicalPlan, scope: Scope)

  func join(
    _ left: Bindings, _ right: Bindings, _ kind: JoinKind, _ condition: JoinConditionSyntax?, at span: SourceSpan
  ) throws(Diagnostic) -> Bindings {
    let scope = Scope(left.scope, right.scope)
    switch condition {
    case nil: return try joined(left, right, kind, scope, [], at: span)
    case .on(let syntax): return try joined(left, right, kind, scope, syntax, at: span)
    case .using(let names): return try joined(left, right, kind, scope, using: names, at: span)
    case .natural(let place):
      let shared = Set(right.scope.names)
      var names: [Identifier] = []
      for name in left.scope.names where shared.contains(name) && !names.contains(where: { $0.text == name }) {
        names.append(Identifier(text: name, span: place))
      }
      return try joined(left, right, kind, scope, using: names, at: span)
    }
  }

  private func joined(
    _ left: Bindings, _ right: Bindings, _ kind: JoinKind, _ scope: Scope, _ conditions: [Expression], at span: SourceSpan
  ) throws(Diagnostic) -> Bindings {
    var place = JoinPlace(span)
    place.leftTimeToLive = hints.timeToLive(of: left.scope)
    place.rightTimeToLive = hints.timeToLive(of: right.scope)
    let plan = try checked(.join(left.plan, right.plan, kind, condition: .conjunction(conditions), at: place), at: span)
    var scope = scope
    // The columns of a padded side's counterpart may be NULL, and none is a time attribute any more.
    scope.columns = plan.columns
    return (plan, scope)
  }

  /// ON; of an inner join it may have subqueries, as WHERE may.
  private func joined(
    _ left: Bindings, _ right: Bindings, _ kind: JoinKind, _ scope: Scope, _ condition: ExpressionSyntax, at span: SourceSpan
  ) throws(Diagnostic) -> Bindings {
    var conditions: [Expression] = []
    var later: [ExpressionSyntax] = []
    for conjunct in kind == .inner && condition.hasSubquery ? condition.conjuncts : [condition] {
      if kind == .inner, conjunct.hasSubquery {
        later.append(conjunct)
        continue
      }
      var binder = ExpressionBinder(scope: scope, clause: "ON")
      conditions.append(try binder.bindBoolean(conjunct).expression)
    }
    var result = try joined(left, right, kind, scope, conditions, at: span)
    for conjunct in later {
      result.plan = try filtered(result.plan, result.scope, conjunct)
      result.scope.columns = result.plan.columns
    }
    return result
  }

  /// The rows where all named columns are equal; each name alone means one column, which comes first.
  private func joined(
    _ left: Bindings, _ right: Bindings, _ kind: JoinKind, _ scope: Scope, using names: [Identifier], at span: SourceSpan
  ) throws(Diagnostic) -> Bindings {
    let count = left.scope.columns.count
    var pairs: [(name: String, left: Int, right: Int)] = []
    var conditions: [Expression] = []
    for name in names where !pairs.contains(where: { $0.name == name.text }) {
      let (a, b) = (try side(left.scope, name, 0), try side(right.scope, name, count))
      let binder = ExpressionBinder(scope: scope, clause: "USING")
      conditions.append(try binder.compare(.equal, "USING", a.bound, b.bound, name.span).expression)
      pairs.append((name.text, a.column, b.column))
    }
    var result = try joined(left, right, kind, scope, conditions, at: span)
    let columns = result.plan.columns
    var expressions = columns.indices.map { Expression.column($0, columns[$0].type) }
    var output = columns
    for (position, pair) in pairs.enumerated() {
      var column = kind == .right ? pair.right : pair.left
      if kind == .full || columns[pair.left].type != columns[pair.right].type {
        // Either may be missing, or they are equal in a type that neither need have.
        let (values, type) = try Coercion.unifyAll(
          [pair.left, pair.right].map { Bound(expression: expressions[$0], isNullable: columns[$0].isNullable, span: span) }, "USING", span)
        column = output.count
        expressions.append(.call(.coalesce, values.map(\.expression), type))
        output.append(PlanColumn(pair.name, type, isNullable: values.allSatisfy { $0.isNullable }))
      }
      result.scope.merge(pair.name, left: pair.left, right: pair.right, into: column, at: position)
    }
    if output.count > columns.count { result.plan = .project(result.plan, expressions, output) }
    result.scope.columns = output
    return result
  }

  /// A column of one side by its name, counted among those of both.
  private func side(_ scope: Scope, _ name: Identifier, _ offset: Int) throws(Diagnostic) -> (column: Int, bound: Bound) {
    guard case .column(let column, let type) = try scope.resolve([name]).expression else {
      throw Diagnostic("'\(name.text)' is no column", at: name.span)
    }
    let bound = Bound(expression: .column(offset + column, type), isNullable: scope.columns[column].isNullable, span: name.span)
    return (offset + column, bound)
  }
}
