//  SELECT with GROUP BY or aggregates: a projection that computes keys and arguments, the aggregation, and a projection
//  of the SELECT list over its result.

import Columnar
import Expressions

struct GroupBinder {
  let scope: Scope
  let input: LogicalPlan
  let queries: QueryBinder
  /// What a hint says about the aggregation.
  var timeToLive: Int64?

  /// - Parameter ties: what the rows are grouped by besides; these columns come before those of the list.
  func bind(_ select: SelectSyntax, _ items: [SelectItem], ties: [Expression] = []) throws(Diagnostic) -> LogicalPlan {
    // What is aggregated sees the rows of the input, all else the groups.
    let below = SubqueryCollector(queries)
    let above = SubqueryCollector(queries)
    let grouping = try bindGrouping(select, items, ties, below)
    let keys = grouping.keys
    let collector = AggregateCollector(inputCount: scope.columns.count, hasKeys: !keys.isEmpty)
    collector.subqueries = below
    collector.grouping = { [scope] call, span throws(Diagnostic) in try grouping.bind(call, scope: scope, span) }
    var outputs: [(bound: Bound, name: String)] = []
    for (index, tie) in ties.enumerated() {
      outputs.append((try overResult(Bound(expression: tie, isNullable: true, span: select.span), grouping, [:]), "$q\(index)"))
    }
    for item in items {
      if let index = item.column {
        let column = scope.columns[index]
        let bound = Bound(expression: .column(index, column.type), isNullable: column.isNullable, span: item.span)
        outputs.append((try overResult(bound, grouping, [:]), column.name))
      } else if let syntax = item.syntax {
        outputs.append((try bindOutput(syntax, grouping, collector, above, "SELECT"), item.name(at: outputs.count)))
      }
    }
    var having: Bound?
    if let syntax = select.having {
      let bound = try bindOutput(syntax, grouping, collector, above, "HAVING")
      guard bound.type == .boolean else {
        throw Diagnostic("HAVING takes a condition; this has type \(bound.type)", at: syntax.span, expected: ["BOOLEAN"])
      }
      having = bound
    }
    var plan = try aggregate(grouping, collector.calls, outputs, below)
    let groupCount = plan.columns.count
    plan = try above.joined(to: plan) { (condition, span) throws(Diagnostic) in
      try overResult(Bound(expression: condition, isNullable: true, span: span), grouping, [:]).expression
    }
    if let having { plan = .filter(plan, SubqueryCollector.settled(having.expression, behind: groupCount)) }
    let given = plan.columns
    let expressions = outputs.map { SubqueryCollector.settled($0.bound.expression, behind: groupCount) }
    return .project(
      plan, expressions,
      zip(outputs, expressions).map { output, expression in
        PlanColumn(
          output.name, expression.type, isNullable: output.bound.isNullable, timeAttribute: TimeAttribute.of(expression, over: given))
      })
  }

  private func bindGrouping(
    _ select: SelectSyntax, _ items: [SelectItem], _ ties: [Expression], _ subqueries: SubqueryCollector
  ) throws(Diagnostic) -> Grouping {
    var grouping = Grouping(keys: ties.map { Bound(expression: $0, isNullable: true, span: select.span) })
    try grouping.bind(select.groupBy ?? []) { (syntax) throws(Diagnostic) in
      var binder = ExpressionBinder(scope: scope, clause: "GROUP BY", subqueries: subqueries)
      let key: Bound
      do throws(Diagnostic) {
        key = try binder.typed(try binder.bind(syntax))
      } catch {
        guard case .name(let parts) = syntax.kind, parts.count == 1, items.contains(where: { $0.alias?.text == parts[0].text }),
          error.message.hasPrefix("unknown column")
        else { throw error }
        throw Diagnostic("'\(parts[0].text)' is an alias of SELECT; GROUP BY takes the expression behind it", at: syntax.span)
      }
      if !TypeRules.isComparable(key.type) {
        throw Diagnostic("values of type \(key.type) cannot be compared for GROUP BY", at: key.span)
      }
      return key
    }
    return grouping
  }

  private func bindOutput(
    _ syntax: ExpressionSyntax, _ grouping: Grouping, _ collector: AggregateCollector, _ subqueries: SubqueryCollector, _ clause: String
  ) throws(Diagnostic) -> Bound {
    var binder = ExpressionBinder(scope: scope, clause: clause, aggregates: collector, subqueries: subqueries)
    binder.unknownIsFalse = clause == "HAVING"
    return try overResult(try binder.bind(syntax), grouping, binder.columnSpans)
  }

  /// Rewrites an expression over the input and the aggregates after it into one over keys and aggregates.
  private func overResult(_ bound: Bound, _ grouping: Grouping, _ spans: [Int: SourceSpan]) throws(Diagnostic) -> Bound {
    var missing: Int?
    let inputCount = scope.columns.count
    var isNullable = bound.isNullable
    func rewrite(_ expression: Expression) -> Expression {
      if let key = grouping.keys.firstIndex(where: { $0.expression == expression }) {
        isNullable = isNullable || grouping.isMissing(key)
        return .column(key, expression.type)
      }
      if case .column(let index, let type) = expression {
        if index == Grouping.idMark { return .column(grouping.keys.count, type) }
        if SubqueryCollector.isMark(index) { return expression }
        if index >= inputCount { return .column(grouping.columnCount + index - inputCount, type) }
        if missing == nil { missing = index }
        return expression
      }
      return expression.mapChildren(rewrite)
    }
    var result = bound
    result.expression = rewrite(bound.expression)
    result.isNullable = isNullable
    if let missing {
      throw Diagnostic(
        "the column '\(scope.columns[missing].name)' is neither in GROUP BY nor in an aggregate", at: spans[missing] ?? bound.span)
    }
    return result
  }

  /// Each group's keys and the values of the calls.
  ///
  /// - Parameter outputs: what is made of them, for the names of their columns.
  func aggregate(
    _ grouping: Grouping, _ calls: [CollectedAggregate], _ outputs: [(bound: Bound, name: String)], _ subqueries: SubqueryCollector
  ) throws(Diagnostic) -> LogicalPlan {
    let keys = grouping.keys
    var expressions = keys.map(\.expression)
    var columns = keys.map { PlanColumn(argumentName($0.expression) ?? "$key", $0.type, isNullable: $0.isNullable) }
    for (index, key) in keys.enumerated() {
      if columns[index].name == "$key" {
        columns[index].name = outputs.first { $0.bound.expression == .column(index, key.type) }?.name ?? "$key\(index)"
      }
      columns[index].timeAttribute = TimeAttribute.of(key.expression, over: scope.columns)
    }
    func position(of expression: Expression, _ name: String) -> Int {
      // What is aggregated stays what it is where a grouping set leaves a key out.
      let first = grouping.sets == nil ? 0 : keys.count
      if let index = expressions[first...].firstIndex(of: expression) { return index }
      expressions.append(expression)
      columns.append(PlanColumn(name, expression.type, isNullable: true))
      return expressions.count - 1
    }
    var aggregates: [AggregateCall] = []
    for (index, call) in calls.enumerated() {
      let name = call.argument.map { argumentName($0) ?? "$f\(index)" } ?? ""
      let argument = call.argument.map { position(of: $0, name) }
      let filter = call.filter.map { position(of: $0, "$filter\(index)") }
      aggregates.append(
        AggregateCall(
          call.function, argument: argument, argumentType: call.argument?.type, filter: filter, isDistinct: call.isDistinct,
          resultType: call.resultType, separator: call.separator))
    }
    let projected = LogicalPlan.project(
      try subqueries.joined(to: input), expressions.map { SubqueryCollector.settled($0, behind: scope.columns.count) }, columns)
    // Grouped by a whole window, its window_time is a time attribute again: windows can be built over windows.
    let window = WindowColumns.of(projected)
    let isByWindow = window?.isWhole(in: keys.indices.filter { !grouping.isMissing($0) }) == true
    var results = keys.indices.map { index in
      PlanColumn(
        columns[index].name, columns[index].type, isNullable: columns[index].isNullable || grouping.isMissing(index),
        timeAttribute: isByWindow && window?.times.contains(index) == true && !grouping.isMissing(index) ? .rowtime : nil)
    }
    if grouping.sets != nil { results.append(Grouping.idColumn) }
    for (index, call) in calls.enumerated() {
      let name = outputs.first { $0.bound.expression == .column(grouping.columnCount + index, call.resultType) }?.name ?? "$agg\(index)"
      results.append(PlanColumn(name, call.resultType, isNullable: call.isNullable))
    }
    guard grouping.sets != nil else {
      return .aggregate(projected, AggregateNode(keys: Array(keys.indices), calls: aggregates, columns: results, timeToLive: timeToLive))
    }
    for index in aggregates.indices {
      aggregates[index].argument = aggregates[index].argument.map { $0 + 1 }
      aggregates[index].filter = aggregates[index].filter.map { $0 + 1 }
    }
    return .aggregate(
      grouping.expand(projected),
      AggregateNode(keys: Array(0...keys.count), calls: aggregates, columns: results, timeToLive: timeToLive))
  }

  private func argumentName(_ expression: Expression) -> String? {
    if case .column(let index, _) = expression { return scope.columns[index].name }
    return nil
  }
}
