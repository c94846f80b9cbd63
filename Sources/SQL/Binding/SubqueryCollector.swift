//  Subqueries as values: each becomes columns of a plan that is joined to the rows it is asked for, one row of it at most to each.
//  Source: Calcite's SubQueryRemoveRule; Seshadri et al., "Complex Query Decorrelation", 1996.

import Columnar
import Dataflow
import Expressions

/// Gathers the subqueries of expressions over the same rows. Until they are joined to these, their columns are marks.
final class SubqueryCollector {
  private static let mark = 1 << 40
  private let queries: QueryBinder
  /// Left joins in order; a condition is over the columns of the rows and marks.
  private var joins: [(plan: LogicalPlan, domain: SubqueryDomain?, condition: Expression?, span: SourceSpan)] = []
  private var count = 0

  init(_ queries: QueryBinder) { self.queries = queries }

  static func isMark(_ column: Int) -> Bool { column >= mark && column != Grouping.idMark }

  /// The expression once the subqueries' columns stand behind as many others.
  static func settled(_ expression: Expression, behind count: Int) -> Expression {
    expression.mapColumns { isMark($0) ? count + $0 - mark : $0 }
  }

  /// The rows with the columns of all subqueries behind their own.
  ///
  /// - Parameter rewrite: makes of a condition over the rows as they were bound one over those of `plan`; leaves marks alone.
  func joined(
    to plan: LogicalPlan,
    _ rewrite: (Expression, SourceSpan) throws(Diagnostic) -> Expression = { (condition, _) throws(Diagnostic) in condition }
  ) throws(Diagnostic) -> LogicalPlan {
    let count = plan.columns.count
    var result = plan
    for join in joins {
      var condition: Expression?
      if let written = join.condition { condition = Self.settled(try rewrite(written, join.span), behind: count) }
      var right = join.plan
      if let domain = join.domain {
        let values = try domain.values.map { (value) throws(Diagnostic) in try rewrite(value, join.span) }
        right = domain.filled(right, with: values, of: plan)
      }
      result = try queries.checked(.join(result, right, .left, condition: condition, at: JoinPlace(join.span)), at: join.span)
    }
    return result
  }

  // MARK: Kinds of subqueries

  /// `EXISTS (query)`.
  func exists(_ query: QuerySyntax, in scope: Scope, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    let rows = try queries.rows(of: query, inside: scope, number: count)
    let isThere = Bound(expression: .literal(.boolean(true), .boolean), isNullable: false, span: span)
    if rows.aggregates != nil {
      // An aggregation without keys has a row, whatever it is about, unless HAVING takes it away.
      guard rows.having != nil, let having = try aggregated(rows, span).having else { return isThere }
      return Bound(expression: .call(.isTrue, [having], .boolean), isNullable: false, span: span)
    }
    let first = try attach(distinct(try keyed(rows, [isThere])), rows, span)
    return Bound(
      expression: .call(.isNotNull, [column(first + rows.ties.count, .boolean)], .boolean), isNullable: false, span: span)
  }

  /// `(query)` as a value: NULL without a row, an error at run time with more than one.
  func scalar(_ query: QuerySyntax, in scope: Scope, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    let rows = try queries.rows(of: query, inside: scope, number: count)
    guard rows.values.count == 1 else {
      throw Diagnostic("a subquery as a value has one column, not \(rows.values.count)", at: span)
    }
    if rows.aggregates != nil {
      var (value, having) = try aggregated(rows, span)
      guard let having else { return value }
      value.expression = .conditional([Expression.Branch(having, value.expression)], otherwise: .literal(.null, value.type), value.type)
      value.isNullable = true
      return value
    }
    let value = rows.values[0]
    var plan = try keyed(rows, [value])
    if rows.ties.isEmpty, Self.hasOneRow(rows.plan) {
      return Bound(expression: column(try attach(plan, rows, span), value.type), isNullable: true, span: span)
    }
    if rows.isDistinct {
      try QueryBinder.requireComparable(plan.columns, "DISTINCT", at: span)
      plan = distinct(plan)
    }
    let keyCount = rows.ties.count
    let only = AggregateCall(.firstValue, argument: keyCount, argumentType: value.type, resultType: value.type)
    let first = try attach(aggregate(plan, keyCount, [only, AggregateCall(.countStar, resultType: .int64)]), rows, span)
    return Bound(
      expression: .call(
        .onlyValue, [column(first + keyCount, value.type), column(first + keyCount + 1, .int64)], value.type), isNullable: true, span: span)
  }

  /// The value of the one row of an aggregation, which is there even where nothing is aggregated, and what HAVING asks of that row.
  private func aggregated(_ rows: SubqueryRows, _ span: SourceSpan) throws(Diagnostic) -> (value: Bound, having: Expression?) {
    let calls = rows.aggregates ?? []
    let binder = GroupBinder(scope: Scope(unnamed: rows.plan.columns), input: rows.plan, queries: queries)
    let keys = rows.ties.map { Bound(expression: $0.inner, isNullable: true, span: span) }
    let plan = try binder.aggregate(Grouping(keys: keys), calls, [], SubqueryCollector(queries))
    let first = try attach(plan, rows, span) + keys.count
    let results = calls.indices.map { index -> Expression in
      let value = column(first + index, calls[index].resultType)
      guard calls[index].function == .count || calls[index].function == .countStar else { return value }
      return .call(.coalesce, [value, .literal(.integer(0), .int64)], .int64)
    }
    // Beside aggregates stand only columns of the query around it, if any, which are the first there as here.
    let row = rows.plan.columns.enumerated().map { Expression.column($0, $1.type) } + results
    let value = rows.values[0]
    return (
      Bound(expression: value.expression.substituting(row), isNullable: value.isNullable, span: span),
      rows.having?.expression.substituting(row)
    )
  }

  /// Whether a row of the query compares with the operands: TRUE if one does, else NULL if one may, else FALSE.
  ///
  /// - Parameters:
  ///   - comparison: with each of the query's values; of several operands, equality.
  ///   - isNegated: the opposite is asked for.
  ///   - unknownIsFalse: FALSE will do for NULL.
  func test(
    _ operands: [Bound], _ comparison: ScalarFunction, _ name: String, _ query: QuerySyntax, isNegated: Bool, unknownIsFalse: Bool,
    in scope: Scope, _ span: SourceSpan
  ) throws(Diagnostic) -> Bound {
    let rows = try queries.rows(of: query, inside: scope, number: count)
    guard operands.count == rows.values.count else {
      throw Diagnostic("\(name) compares \(operands.count) with the \(rows.values.count) columns of its subquery", at: span)
    }
    let binder = ExpressionBinder(scope: scope, clause: name)
    let result: Bound
    if rows.aggregates != nil {
      if operands.count > 1 {
        throw .unsupported("\(name) of several columns and one row of aggregates is", at: span, instead: "compare them one by one")
      }
      let (value, having) = try aggregated(rows, span)
      let compared = try binder.compare(comparison, name, operands[0], value, span)
      result =
        having.map {
          // Without a row there is nothing to compare with.
          Bound(
            expression: .conditional(
              [Expression.Branch($0, compared.expression)], otherwise: .literal(.boolean(false), .boolean), .boolean),
            isNullable: compared.isNullable, span: span)
        } ?? compared
    } else if comparison == .equal {
      result = try membership(operands, name, rows, unknownIsFalse: unknownIsFalse, binder, span)
    } else {
      result = try extremes(operands[0], comparison, name, rows, binder, span)
    }
    return isNegated ? binder.call(.not, [result], .boolean, span) : result
  }

  private func membership(
    _ operands: [Bound], _ name: String, _ rows: SubqueryRows, unknownIsFalse: Bool, _ binder: ExpressionBinder, _ span: SourceSpan
  ) throws(Diagnostic) -> Bound {
    let mayBeUnknown = !unknownIsFalse && (operands + rows.values).contains { $0.isNullable }
    if mayBeUnknown, operands.count > 1 {
      throw .unsupported(
        "\(name) of several columns that may be NULL, where it matters whether the result is FALSE or NULL, is", at: span,
        instead: "compare columns that are NOT NULL, or write EXISTS")
    }
    let plan = try keyed(rows, rows.values)
    let base = count + rows.ties.count
    var equalities: [Expression] = []
    for (index, operand) in operands.enumerated() {
      let value = rows.values[index]
      let candidate = Bound(expression: column(base + index, value.type), isNullable: value.isNullable, span: span)
      equalities.append(try binder.compare(.equal, name, operand, candidate, span).expression)
    }
    let first = try attach(distinct(plan), rows, span, equalities)
    let isFound = Expression.call(.isNotNull, [column(first + rows.ties.count, rows.values[0].type)], .boolean)
    guard mayBeUnknown else { return Bound(expression: isFound, isNullable: false, span: span) }
    return decided(isFound, operands[0], rows.values[0], try counts(plan, rows, [], span), span)
  }

  /// A comparison with some value holds if it does with the least or the greatest.
  private func extremes(
    _ operand: Bound, _ comparison: ScalarFunction, _ name: String, _ rows: SubqueryRows, _ binder: ExpressionBinder, _ span: SourceSpan
  ) throws(Diagnostic) -> Bound {
    let value = rows.values[0]
    let functions: [AggregateFunction] =
      switch comparison {
      case .less, .lessOrEqual: [.max]
      case .greater, .greaterOrEqual: [.min]
      default: [.min, .max]
      }
    guard TypeRules.isOrdered(value.type) else {
      throw Diagnostic("values of type \(value.type) have no order for \(name)", at: span)
    }
    let calls = functions.map {
      AggregateCall($0, argument: rows.ties.count, argumentType: value.type, resultType: value.type)
    }
    let first = try counts(try keyed(rows, [value]), rows, calls, span)
    var tests: [Bound] = []
    for index in calls.indices {
      let extreme = Bound(expression: column(first + 2 + index, value.type), isNullable: true, span: span)
      tests.append(try binder.compare(comparison, name, operand, extreme, span))
    }
    let holds = tests.count == 1 ? tests[0] : binder.call(.or, tests, .boolean, span)
    return decided(holds.expression, operand, value, first, span)
  }

  /// TRUE where the condition holds, FALSE where there is nothing to compare with, NULL where a NULL leaves it open.
  private func decided(_ holds: Expression, _ operand: Bound, _ value: Bound, _ counts: Int, _ span: SourceSpan) -> Bound {
    let (all, known) = (column(counts, .int64), column(counts + 1, .int64))
    var branches = [
      Expression.Branch(holds, .literal(.boolean(true), .boolean)),
      Expression.Branch(.call(.isNull, [all], .boolean), .literal(.boolean(false), .boolean)),
    ]
    let unknown = Expression.literal(.null, .boolean)
    if operand.isNullable { branches.append(Expression.Branch(.call(.isNull, [operand.expression], .boolean), unknown)) }
    if value.isNullable { branches.append(Expression.Branch(.call(.less, [known, all], .boolean), unknown)) }
    return Bound(
      expression: .conditional(branches, otherwise: .literal(.boolean(false), .boolean), .boolean),
      isNullable: operand.isNullable || value.isNullable, span: span)
  }

  // MARK: Plans

  /// How many rows each key has and in how many the value is not NULL, then what the calls give. The first of these columns.
  private func counts(_ plan: LogicalPlan, _ rows: SubqueryRows, _ calls: [AggregateCall], _ span: SourceSpan) throws(Diagnostic) -> Int {
    let keyCount = rows.ties.count
    let counts = [
      AggregateCall(.countStar, resultType: .int64),
      AggregateCall(.count, argument: keyCount, argumentType: rows.values[0].type, resultType: .int64),
    ]
    return try attach(aggregate(plan, keyCount, counts + calls), rows, span) + keyCount
  }

  /// What the subquery's rows are tied to the query around it by, then values of theirs.
  private func keyed(_ rows: SubqueryRows, _ values: [Bound]) throws(Diagnostic) -> LogicalPlan {
    let expressions = rows.ties.map(\.inner) + values.map(\.expression)
    for value in values where value.type == .null {
      throw Diagnostic("the type of this NULL is not known; use CAST(NULL AS ...)", at: value.span)
    }
    return .project(
      rows.plan, expressions,
      expressions.enumerated().map { index, expression in
        PlanColumn("$q\(index)", expression.type, isNullable: index < rows.ties.count || values[index - rows.ties.count].isNullable)
      })
  }

  private func distinct(_ plan: LogicalPlan) -> LogicalPlan {
    .aggregate(plan, AggregateNode(keys: Array(plan.columns.indices), calls: [], columns: plan.columns))
  }

  private func aggregate(_ plan: LogicalPlan, _ keyCount: Int, _ calls: [AggregateCall]) -> LogicalPlan {
    let columns = calls.indices.map { PlanColumn("$a\($0)", calls[$0].resultType, isNullable: true) }
    return .aggregate(
      plan, AggregateNode(keys: Array(0..<keyCount), calls: calls, columns: Array(plan.columns[..<keyCount]) + columns))
  }

  private func column(_ hidden: Int, _ type: DataType) -> Expression { .column(Self.mark + hidden, type) }

  /// Joins a plan that begins with the keys of the ties to the rows; the first of its columns among all that were joined.
  private func attach(_ plan: LogicalPlan, _ rows: SubqueryRows, _ span: SourceSpan, _ more: [Expression] = []) throws(Diagnostic) -> Int {
    let first = count
    var ties: [Expression] = []
    for (index, tie) in rows.ties.enumerated() {
      ties += try tie.equalities(with: column(first + index, tie.inner.type), at: span)
    }
    joins.append((plan, rows.domain, .conjunction(ties + rows.conditions + more), span))
    count += plan.columns.count
    return first
  }

  private static func hasOneRow(_ plan: LogicalPlan) -> Bool {
    switch plan {
    case .project(let input, _, _), .filter(let input, _): hasOneRow(input)
    case .limit(let input, let spec): spec.count == 1 || hasOneRow(input)
    case .values(let values): values.rows.count == 1
    default: UpsertKeys.of(plan).contains([])
    }
  }
}

/// The rows of a subquery and what they have to do with the query around it.
struct SubqueryRows {
  var plan: LogicalPlan
  struct Tie {
    var outer: Expression
    var inner: Expression
    /// NULL is equal to NULL.
    var takesNulls = false

    /// That the outer value and a column with the inner one are equal.
    func equalities(with column: Expression, at span: SourceSpan) throws(Diagnostic) -> [Expression] {
      guard takesNulls else { return [.call(.equal, [outer, column], .boolean)] }
      guard let same = SubqueryDomain.same(outer, column) else {
        throw .unsupported("a subquery that depends on a \(inner.type) of the query around it is", at: span)
      }
      return same
    }
  }
  /// Values of the query around it, and values over the plan's columns that are equal to them.
  var ties: [Tie] = []
  /// What of the query around it the plan is about; nil if that does not matter.
  var domain: SubqueryDomain?
  /// Over the columns of the query around it alone; where one is not TRUE the subquery has no rows.
  var conditions: [Expression] = []
  /// The SELECT list over the plan's columns, those of the aggregates behind them.
  var values: [Bound]
  /// The plan's rows are aggregated to one; nil if they are not.
  var aggregates: [CollectedAggregate]?
  /// What that row has to meet to be there, over the same columns as the values.
  var having: Bound?
  var isDistinct = false
}

extension QueryBinder {
  /// What a subquery gives, for each row of the query around it.
  ///
  /// - Parameter number: tells the subqueries of one query apart.
  func rows(of query: QuerySyntax, inside outer: Scope, number: Int) throws(Diagnostic) -> SubqueryRows {
    guard query.common.isEmpty, query.limit == nil, query.offset == nil, case .select(let select) = query.body else {
      return try independentRows(of: query, inside: outer)
    }
    let tied = try tiedRows(of: select, inside: outer)
    let outerCount = outer.columns.count
    let around = Scope(outer: outer, inner: tied.inner)
    let asked = select.namesBehindWhere.reduce(into: Set<Int>()) { columns, name in
      if let found = try? around.resolve(name) { columns.formUnion(found.expression.columns.filter { $0 < outerCount }) }
    }
    if select.groupBy != nil || select.having != nil, tied.conditions.isEmpty, asked.isEmpty {
      return try independentRows(of: query, inside: outer)
    }
    var rows = SubqueryRows(plan: tied.plan, values: [], isDistinct: select.isDistinct)
    var conditions: [Expression] = []
    for condition in tied.conditions {
      if condition.columns.allSatisfy({ $0 < outerCount }) { rows.conditions.append(condition) } else { conditions.append(condition) }
    }
    var scope = tied.inner
    var items = try Self.expand(select.items, tied.inner)
    let equalities = conditions.compactMap { JoinEquality($0, leftCount: outerCount) }
    if asked.isEmpty, equalities.count == conditions.count {
      rows.ties = equalities.map { SubqueryRows.Tie(outer: $0.left, inner: $0.right) }
    } else {
      let columns = conditions.reduce(into: asked) { $0.formUnion($1.columns.filter { $0 < outerCount }) }
      let domain = SubqueryDomain(columns, of: outer.columns, number: number, at: select.span)
      rows.plan = try checked(domain.joined(to: tied.plan, conditions), at: select.span)
      rows.ties = domain.ties
      rows.domain = domain
      scope = around
      for index in items.indices { items[index].column = items[index].column.map { $0 + outerCount } }
    }
    return select.groupBy == nil ? try listed(rows, select, items, scope) : try grouped(rows, select, items, scope)
  }

  /// The rows of a subquery that does not look at the query around it, as one with LIMIT or a set operation must not.
  func independentRows(of query: QuerySyntax, inside outer: Scope) throws(Diagnostic) -> SubqueryRows {
    let plan: LogicalPlan
    do throws(Diagnostic) {
      plan = try bind(query)
    } catch {
      let parts = error.message.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
      guard error.message.hasPrefix("unknown column '"), parts.count == 3 else { throw error }
      let name = Identifier(text: String(parts[1]), span: error.span)
      guard (try? outer.resolve([name])) != nil || (try? outer.relation(name)) != nil else { throw error }
      throw .unsupported(
        "a subquery with LIMIT, a set operation or WITH, that looks at the query around it, is", at: error.span,
        instead: "number or aggregate its rows in a derived table, and join with that")
    }
    return SubqueryRows(
      plan: plan,
      values: plan.columns.enumerated().map {
        Bound(expression: .column($0, $1.type), isNullable: $1.isNullable, span: query.span)
      })
  }

  /// With the SELECT list, over the rows or over the one row of their aggregates.
  private func listed(
    _ tied: SubqueryRows, _ select: SelectSyntax, _ items: [SelectItem], _ scope: Scope
  ) throws(Diagnostic) -> SubqueryRows {
    var rows = tied
    let count = rows.plan.columns.count
    let isAggregate = select.having != nil || items.contains { $0.syntax.map(Self.hasAggregate) ?? false }
    let collector = AggregateCollector(inputCount: count, hasKeys: false)
    for item in items {
      var binder = ExpressionBinder(scope: scope, clause: "the SELECT list of a subquery", aggregates: isAggregate ? collector : nil)
      if let index = item.column {
        let column = scope.columns[index]
        rows.values.append(Bound(expression: .column(index, column.type), isNullable: column.isNullable, span: item.span))
      } else if let syntax = item.syntax {
        rows.values.append(try binder.bind(syntax))
      }
    }
    guard isAggregate else { return rows }
    if let syntax = select.having {
      var binder = ExpressionBinder(scope: scope, clause: "HAVING", aggregates: collector)
      rows.having = try binder.bindBoolean(syntax)
    }
    rows.aggregates = collector.calls
    let own = (rows.domain?.outerCount ?? 0)..<count
    for value in rows.values + [rows.having].compactMap({ $0 }) {
      guard let column = value.expression.columns.sorted().first(where: own.contains) else { continue }
      throw Diagnostic("the column '\(scope.columns[column].name)' is neither in GROUP BY nor in an aggregate", at: value.span)
    }
    return rows
  }

  /// The groups of the rows; what ties them to the query around the subquery is part of the key.
  private func grouped(
    _ tied: SubqueryRows, _ select: SelectSyntax, _ items: [SelectItem], _ scope: Scope
  ) throws(Diagnostic) -> SubqueryRows {
    var rows = tied
    rows.plan = try checked(
      GroupBinder(scope: scope, input: rows.plan, queries: self).bind(select, items, ties: rows.ties.map(\.inner)), at: select.span)
    let columns = rows.plan.columns
    for index in rows.ties.indices { rows.ties[index].inner = .column(index, columns[index].type) }
    rows.values = columns.indices.dropFirst(rows.ties.count).map {
      Bound(expression: .column($0, columns[$0].type), isNullable: columns[$0].isNullable, span: select.span)
    }
    return rows
  }

  /// FROM and WHERE of a subquery, and over the outer columns and then its own the conditions that tie it to the query around it.
  func tiedRows(
    of select: SelectSyntax, inside outer: Scope
  ) throws(Diagnostic) -> (plan: LogicalPlan, inner: Scope, conditions: [Expression]) {
    var binder = self
    binder.hints = StateHints(select.hints)
    var (plan, inner) = try binder.from(select.from)
    let scope = Scope(outer: outer, inner: inner)
    let outerCount = outer.columns.count
    var conditions: [Expression] = []
    for conjunct in select.filter?.conjuncts ?? [] {
      if conjunct.hasSubquery {
        plan = try filtered(plan, inner, conjunct)
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
    inner.columns = plan.columns
    return (try checked(plan, at: select.span), inner, conditions)
  }
}

extension SelectSyntax {
  /// The names in the SELECT list, GROUP BY and HAVING.
  fileprivate var namesBehindWhere: [[Identifier]] {
    let listed = items.compactMap { if case .expression(let syntax, _) = $0 { syntax } else { nil } }
    return (listed + (groupBy ?? []).flatMap(\.expressions) + [having].compactMap { $0 }).flatMap(\.names)
  }
}

extension GroupingSyntax {
  fileprivate var expressions: [ExpressionSyntax] {
    switch self {
    case .key(let syntax): [syntax]
    case .composite(let all, _): all
    case .rollup(let all, _), .cube(let all, _), .sets(let all, _): all.flatMap(\.expressions)
    }
  }
}

extension ExpressionSyntax {
  fileprivate var names: [[Identifier]] {
    if case .name(let parts) = kind { return [parts] }
    return children.flatMap(\.names)
  }

  /// The operands of an AND, or the expression itself.
  var conjuncts: [ExpressionSyntax] {
    if case .chain("AND", let operands) = kind { return operands.flatMap(\.conjuncts) }
    return [self]
  }

  var hasSubquery: Bool {
    switch kind {
    case .inQuery, .exists, .scalarQuery, .quantified: true
    default: children.contains { $0.hasSubquery }
    }
  }
}
