//  From queries as written to logical plans.

import Columnar
import Dataflow
import Expressions

/// Looks tables and views up.
struct QueryBinder {
  let catalog: SessionCatalog
  /// WITH names in sight, the innermost last.
  private var common: [(name: String, plan: LogicalPlan)] = []
  /// Of the SELECT whose FROM is being bound.
  var hints = StateHints()

  init(catalog: SessionCatalog) { self.catalog = catalog }

  /// - Parameter keepsOrder: the order of the rows that come out matters; an ORDER BY without LIMIT is passed over otherwise, as in Flink.
  func bind(_ query: QuerySyntax, keepsOrder: Bool = false) throws(Diagnostic) -> LogicalPlan {
    var inner = self
    for table in query.common {
      let plan = try Self.renamed(try inner.bind(table.query), table.columns, table.name)
      inner.common.append((table.name.text, plan))
    }
    if case .nested(let only) = query.body, !query.isOrdered { return try inner.bind(only, keepsOrder: keepsOrder) }
    let isOrdered = query.limit != nil || query.offset != nil || keepsOrder && !query.order.isEmpty
    return isOrdered ? try inner.ordered(query) : try inner.bind(query.body, at: query.span)
  }

  func bind(_ body: QueryBodySyntax, at span: SourceSpan) throws(Diagnostic) -> LogicalPlan {
    switch body {
    case .select(let select): return try self.select(select)
    case .nested(let query): return try bind(query)
    case .union(let operands, let isAll, let span):
      var plans: [LogicalPlan] = []
      for operand in operands { plans.append(try bind(operand, at: span)) }
      let union = try checked(.union(try Self.unified(plans, "UNION", at: span)), at: span)
      return isAll ? union : try Self.distinct(union, at: span)
    case .setOperation(let kind, let left, let right, let isAll, let span):
      let name = kind == .intersect ? "INTERSECT" : "EXCEPT"
      let plans = try Self.unified([try bind(left, at: span), try bind(right, at: span)], name, at: span)
      try Self.requireComparable(plans[0].columns, name, at: span)
      return try checked(.setOperation(plans[0], plans[1], SetOperationSpec(kind: kind, isAll: isAll)), at: span)
    case .values(let rows, let span): return try ValuesBinder.bind(rows, at: span)
    }
  }

  /// The plan, unless expanding views has made it too large.
  func checked(_ plan: LogicalPlan, at span: SourceSpan) throws(Diagnostic) -> LogicalPlan {
    if plan.nodeCount > SQLLimits.planNodeCountMax {
      throw Diagnostic("this query is too large with its views: at most \(SQLLimits.planNodeCountMax) operators", at: span)
    }
    if plan.height > SQLLimits.planHeightMax {
      throw Diagnostic("this query is nested too deeply with its views: at most \(SQLLimits.planHeightMax) operators in a row", at: span)
    }
    if plan.columns.count > SQLLimits.columnCountMax {
      throw Diagnostic("this query has too many columns: at most \(SQLLimits.columnCountMax)", at: span)
    }
    return plan
  }

  // MARK: Set operations, DISTINCT, column lists

  /// The operands of a set operation with their columns brought to common types.
  private static func unified(_ plans: [LogicalPlan], _ name: String, at span: SourceSpan) throws(Diagnostic) -> [LogicalPlan] {
    let first = plans[0].columns
    var types = first.map(\.type)
    for (number, plan) in plans.enumerated().dropFirst() {
      let columns = plan.columns
      guard columns.count == types.count else {
        throw Diagnostic("the queries of this \(name) have \(types.count) and \(columns.count) columns", at: span)
      }
      for index in types.indices {
        guard let common = TypeRules.common(types[index], columns[index].type, keepsFirstFloat: true) else {
          throw Diagnostic(
            "column \(index + 1) of this \(name) is \(types[index]) at first and \(columns[index].type) in query \(number + 1); use CAST",
            at: span)
        }
        types[index] = common
      }
    }
    return plans.map { plan in
      let columns = plan.columns
      if columns.map(\.type) == types { return plan }
      let expressions = columns.indices.map { index in
        Coercion.cast(
          Bound(expression: .column(index, columns[index].type), isNullable: columns[index].isNullable, span: span), to: types[index]
        ).expression
      }
      return .project(
        plan, expressions,
        columns.indices.map {
          PlanColumn(
            first[$0].name, types[$0], isNullable: columns[$0].isNullable,
            timeAttribute: columns[$0].type == types[$0] ? columns[$0].timeAttribute : nil)
        })
    }
  }

  static func distinct(_ plan: LogicalPlan, timeToLive: Int64? = nil, at span: SourceSpan) throws(Diagnostic) -> LogicalPlan {
    let columns = plan.columns.map { PlanColumn($0.name, $0.type, isNullable: $0.isNullable) }
    try requireComparable(columns, "DISTINCT", at: span)
    return .aggregate(plan, AggregateNode(keys: Array(columns.indices), calls: [], columns: columns, timeToLive: timeToLive))
  }

  static func requireComparable(_ columns: [PlanColumn], _ name: String, at span: SourceSpan) throws(Diagnostic) {
    for column in columns where !TypeRules.isComparable(column.type) {
      throw Diagnostic("column '\(column.name)' of type \(column.type) cannot be compared for \(name)", at: span)
    }
  }

  /// `name (a, b)`: new names for all columns; no list keeps them.
  static func renamed(_ plan: LogicalPlan, _ names: [Identifier], _ table: Identifier) throws(Diagnostic) -> LogicalPlan {
    let columns = plan.columns
    if names.isEmpty { return plan }
    guard names.count == columns.count else {
      throw Diagnostic("'\(table.text)' has \(columns.count) columns, but \(names.count) names are given", at: names[0].span)
    }
    try unique(names)
    return .project(
      plan, columns.indices.map { .column($0, columns[$0].type) },
      columns.indices.map {
        PlanColumn(names[$0].text, columns[$0].type, isNullable: columns[$0].isNullable, timeAttribute: columns[$0].timeAttribute)
      })
  }

  static func unique(_ names: [Identifier]) throws(Diagnostic) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name.text).inserted { throw Diagnostic("the column '\(name.text)' is given twice", at: name.span) }
  }

  // MARK: FROM

  func from(_ table: TableSyntax) throws(Diagnostic) -> (plan: LogicalPlan, scope: Scope) {
    switch table {
    case .nothing: return (ValuesBinder.oneRow, Scope(unnamed: ValuesBinder.oneRow.columns))
    case .named(let name, let alias):
      return try Self.aliased(try self.table(name), alias, or: name.name.text)
    case .derived(let query, let alias, _):
      return try Self.aliased(try bind(query), alias, or: nil)
    case .window(let window, let alias):
      return try Self.aliased(try self.window(window), alias, or: nil)
    case .join(let left, let right, let kind, let condition, let span):
      return try join(try from(left), try from(right), kind, condition, at: span)
    }
  }

  private static func aliased(
    _ plan: LogicalPlan, _ alias: TableAliasSyntax?, or name: String?
  ) throws(Diagnostic) -> (plan: LogicalPlan, scope: Scope) {
    var plan = plan
    if let alias { plan = try renamed(plan, alias.columns, alias.name) }
    return (plan, Scope(plan.columns, alias: alias?.name.text ?? name))
  }

  private func table(_ name: ObjectName) throws(Diagnostic) -> LogicalPlan {
    if let common = common.last(where: { $0.name == name.name.text }) { return try checked(common.plan, at: name.span) }
    return try checked(try catalog.plan(of: name, also: common.map(\.name)), at: name.span)
  }

  // MARK: Window table functions

  private func window(_ syntax: WindowSyntax) throws(Diagnostic) -> LogicalPlan {
    let (input, scope) = try from(syntax.input)
    let resolved = try scope.resolve([syntax.time])
    guard case .column(let time, let type) = resolved.expression, TypeRules.isTimestamp(type) else {
      throw Diagnostic(
        "\(syntax.function) needs a timestamp; '\(syntax.time.text)' has type \(resolved.expression.type)", at: syntax.time.span)
    }
    guard scope.columns[time].timeAttribute != nil else {
      throw Diagnostic(
        "'\(syntax.time.text)' is no time attribute here: \(syntax.function) needs a column with WATERMARK FOR or PROCTIME(), passed on unchanged",
        at: syntax.time.span)
    }
    let clock: WindowClock = scope.columns[time].timeAttribute == .proctime ? .processingTime : .eventTime
    var lengths: [Int64] = []
    for interval in syntax.intervals {
      var binder = ExpressionBinder(scope: Scope([], alias: nil), clause: syntax.function)
      let bound = try binder.bind(interval)
      guard case .literal(.integer(let length), .intervalTime) = bound.expression else {
        throw Diagnostic(
          "\(syntax.function) needs an interval of constant length here", at: interval.span, expected: ["INTERVAL '10' SECOND"])
      }
      lengths.append(length)
    }
    for (length, interval) in zip(lengths, syntax.intervals).prefix(syntax.lengthCount) where length <= 0 {
      throw Diagnostic("the interval must be positive", at: interval.span)
    }
    let offset = lengths.count > syntax.lengthCount ? lengths[lengths.count - 1] : 0
    for (length, interval) in zip(lengths, syntax.intervals) where length % 1_000 != 0 {
      throw Diagnostic("the interval must be a whole number of milliseconds", at: interval.span)
    }
    let kind: WindowKind
    var partition: [Int]?
    switch syntax.function {
    case "SESSION":
      kind = .session(gap: lengths[0])
      partition = try sessionKeys(syntax.partition, scope)
    case "TUMBLE": kind = .tumble(size: lengths[0], offset: offset)
    case "HOP":
      guard lengths[0] <= lengths[1] else {
        throw Diagnostic("the slide of HOP is longer than its size: slide comes first, then size", at: syntax.intervals[0].span)
      }
      guard lengths[1] % lengths[0] == 0 else {
        throw Diagnostic("the size of HOP must be a multiple of its slide", at: syntax.intervals[1].span)
      }
      kind = .hop(size: lengths[1], slide: lengths[0], offset: offset)
    default:
      guard lengths[1] % lengths[0] == 0 else {
        throw Diagnostic("the size of CUMULATE must be a multiple of its step; step comes first, then size", at: syntax.intervals[1].span)
      }
      kind = .cumulate(size: lengths[1], step: lengths[0], offset: offset)
    }
    return try checked(.window(input, WindowTableSpec(kind: kind, time: time, clock: clock, partition: partition)), at: syntax.span)
  }

  private func sessionKeys(_ names: [Identifier], _ scope: Scope) throws(Diagnostic) -> [Int] {
    try Self.unique(names)
    var keys: [Int] = []
    for name in names {
      guard case .column(let key, let type) = try scope.resolve([name]).expression else { continue }
      guard TypeRules.isComparable(type) else {
        throw Diagnostic("values of type \(type) cannot be compared for PARTITION BY", at: name.span)
      }
      keys.append(key)
    }
    return keys
  }

  // MARK: SELECT

  private func select(_ select: SelectSyntax) throws(Diagnostic) -> LogicalPlan {
    var order: [OrderKey] = []
    return try self.select(select, &order)
  }

  /// - Parameter order: keys that are no columns of the list become columns behind it.
  func select(_ select: SelectSyntax, _ order: inout [OrderKey]) throws(Diagnostic) -> LogicalPlan {
    var inner = self
    inner.hints = StateHints(select.hints)
    var (plan, scope) = try inner.from(select.from)
    try inner.hints.require(scope.relations.compactMap(\.alias))
    let timeToLive = inner.hints.timeToLive(of: scope)
    if let filter = select.filter {
      plan = try filtered(plan, scope, filter)
      scope.columns = plan.columns
    }
    var items = try Self.expand(select.items, scope)
    let listCount = items.count
    for index in order.indices { try order[index].place(in: &items, scope) }
    if select.isDistinct, items.count > listCount, let added = items[listCount].syntax {
      throw Diagnostic("ORDER BY of a SELECT DISTINCT takes columns of its list", at: added.span)
    }
    let isAggregate = select.groupBy != nil || select.having != nil || items.contains { $0.syntax.map(Self.hasAggregate) ?? false }
    if isAggregate {
      if let over = items.lazy.compactMap({ $0.syntax.flatMap { CallSyntax.firstOver($0) } }).first {
        throw .unsupported(
          "OVER beside GROUP BY or aggregates is", at: over.span, instead: "aggregate in a derived table, and write OVER around it")
      }
      plan = try GroupBinder(scope: scope, input: plan, queries: self, timeToLive: timeToLive).bind(select, items)
    } else {
      (plan, scope, items) = try RowNumberBinder.bind(plan, scope, items, select.windows)
      plan = try project(plan, scope, items, select.windows)
    }
    plan = try checked(plan, at: select.span)
    return select.isDistinct ? try Self.distinct(plan, timeToLive: isAggregate ? nil : timeToLive, at: select.span) : plan
  }

  private func project(
    _ plan: LogicalPlan, _ scope: Scope, _ items: [SelectItem], _ windows: [(name: Identifier, window: OverSyntax)]
  ) throws(Diagnostic) -> LogicalPlan {
    let over = OverCollector(scope, windows)
    let subqueries = SubqueryCollector(self)
    var outputs: [(name: String, bound: Bound)] = []
    for item in items {
      if let index = item.column {
        let column = scope.columns[index]
        let bound = Bound(expression: .column(index, column.type), isNullable: column.isNullable, span: item.span)
        outputs.append((item.syntax == nil ? column.name : item.name(at: outputs.count), bound))
      } else if let syntax = item.syntax {
        var binder = ExpressionBinder(scope: scope, clause: "SELECT", over: over, subqueries: subqueries)
        outputs.append((item.name(at: outputs.count), try binder.bind(syntax)))
      }
    }
    let windowed = over.plan(over: plan)
    let joined = try subqueries.joined(to: windowed)
    let given = joined.columns
    let expressions = outputs.map { SubqueryCollector.settled($0.bound.expression, behind: windowed.columns.count) }
    return .project(
      joined, expressions,
      zip(outputs, expressions).map { output, expression in
        PlanColumn(
          output.name, expression.type, isNullable: output.bound.isNullable, timeAttribute: TimeAttribute.of(expression, over: given))
      })
  }

  /// Replaces `*` and `t.*` by their columns.
  static func expand(_ items: [SelectItemSyntax], _ scope: Scope) throws(Diagnostic) -> [SelectItem] {
    var result: [SelectItem] = []
    for item in items {
      switch item {
      case .expression(let syntax, let alias): result.append(SelectItem(syntax: syntax, alias: alias, column: nil))
      case .star(let qualifier, let span):
        if scope.relations.isEmpty {
          throw Diagnostic("'*' stands for the columns of FROM, and there is none", at: span, expected: ["FROM"])
        }
        var columns = scope.star
        if let name = qualifier.last {
          guard let relation = try scope.relation(name) else {
            throw Diagnostic(
              "unknown table '\(name.text)'", at: name.span,
              suggestion: nearestName(to: name.text, in: scope.relations.compactMap(\.alias)))
          }
          columns = Array(relation.range)
        }
        if result.count + columns.count > SQLLimits.columnCountMax {
          throw Diagnostic("too many columns: at most \(SQLLimits.columnCountMax)", at: span)
        }
        result += columns.map { SelectItem(syntax: nil, alias: nil, column: $0, span: span) }
      }
    }
    return result
  }

  /// Whether an aggregate stands anywhere in the expression.
  static func hasAggregate(_ syntax: ExpressionSyntax) -> Bool {
    if case .call(let call) = syntax.kind, call.over == nil, AggregateFunctions.isKnown(call.name) { return true }
    return syntax.children.contains(where: hasAggregate)
  }
}

/// One item of a SELECT list: an expression, or a column that a star stands for.
struct SelectItem {
  var syntax: ExpressionSyntax?
  var alias: Identifier?
  var column: Int?
  var span = SourceSpan(start: 0, end: 0)

  /// The alias, else the last part of a dotted name, else `EXPR$n` as Flink counts.
  func name(at position: Int) -> String {
    if let alias { return alias.text }
    switch syntax?.kind {
    case .name(let parts): return parts[parts.count - 1].text
    case .field(_, let name): return name.text
    default: return "EXPR$\(position)"
    }
  }
}

extension ExpressionSyntax {
  /// Direct subexpressions.
  var children: [ExpressionSyntax] {
    switch kind {
    case .name, .number, .string, .bytes, .boolean, .null, .temporal, .interval, .exists, .scalarQuery: []
    case .negate(let a), .not(let a), .cast(let a, _, _), .test(let a, _, _), .field(let a, _), .inQuery(let a, _, _),
      .quantified(let a, _, _, _):
      [a]
    case .binary(_, let a, let b), .distinctFrom(let a, let b, _), .element(let a, let b): [a, b]
    case .between(let a, let b, let c, _, _): [a, b, c]
    case .chain(_, let all), .array(let all), .map(let all), .row(let all): all
    case .inList(let a, let list, _): [a] + list
    case .like(let a, let b, let c, _): [a, b] + (c.map { [$0] } ?? [])
    case .call(let call): call.children
    case .conditional(let operand, let branches, let otherwise):
      [operand, otherwise].compactMap { $0 } + branches.flatMap { [$0.0, $0.1] }
    }
  }
}
