//  Logical plans as EXPLAIN shows them: columns by position, `$0`.

import Columnar
import Dataflow
import Expressions

enum LogicalPlanText {
  static func render(_ plan: LogicalPlan) -> String {
    var tree = TreeText()
    add(plan, to: &tree)
    return tree.text
  }

  static func render(_ plan: LogicalPlan, into sink: TableDefinition) -> String {
    var tree = TreeText()
    let fields = sink.physicalSchema.fields.map(\.name).joined(separator: ", ")
    tree.add("LogicalSink(table=[default_catalog.default_database.\(sink.name)], fields=[\(fields)])", [{ add(plan, to: &$0) }])
    return tree.text
  }

  private static func add(_ plan: LogicalPlan, to tree: inout TreeText) {
    tree.add(line(plan), plan.inputs.map { input in { add(input, to: &$0) } })
  }

  private static func line(_ plan: LogicalPlan) -> String {
    switch plan {
    case .scan(let scan): return "LogicalTableScan(table=[[default_catalog, default_database, \(scan.table.name)]])"
    case .values(let values):
      let rows = values.rows.map { "{ \($0.map { text($0) }.joined(separator: ", ")) }" }
      return "LogicalValues(tuples=[[\(ExpressionText.shortened(rows.joined(separator: ", ")))]])"
    case .project(_, let expressions, let columns):
      let items = zip(columns, expressions).map { "\($0.name)=[\(text($1))]" }
      return "LogicalProject(\(items.joined(separator: ", ")))"
    case .filter(_, let predicate): return "LogicalFilter(condition=[\(text(predicate))])"
    case .window(_, let spec): return "LogicalTableFunctionScan(invocation=[\(WindowText.render(spec.kind, time: "$\(spec.time)"))])"
    case .aggregate(_, let node): return "LogicalAggregate(\(aggregation(node.keys, node.calls, node.columns)))"
    case .windowAggregate(_, let node):
      let window = WindowText.render(node.kind, time: "$\(node.time)")
      return "LogicalWindowAggregate(\(aggregation(node.keys, node.calls, node.columns)), window=[\(window)])"
    case .join(_, _, let kind, let condition, _):
      return "LogicalJoin(condition=[\(condition.map { text($0) } ?? "true")], joinType=[\(kind.rawValue)])"
    case .intervalJoin(_, _, let node):
      let bounds = "leftLowerBound=\(node.lower / 1_000), leftUpperBound=\(node.upper / 1_000)"
      return "LogicalIntervalJoin(condition=[\(node.condition.map { text($0) } ?? "true")], joinType=[\(node.kind.rawValue)], \(bounds))"
    case .windowJoin(let left, _, let node):
      let condition = node.wholeCondition(leftCount: left.columns.count).map { text($0) } ?? "true"
      return "LogicalWindowJoin(condition=[\(condition)], joinType=[\(node.kind.rawValue)])"
    case .rowNumber(_, let node): return "LogicalRowNumber(\(ranking(node)))"
    case .rank(_, let node): return "LogicalRank(\(ranking(node.rowNumber)), rankEnd=[\(node.limit)])"
    case .over(_, let node):
      let partition = node.keys.map { "\($0)" }.joined(separator: ", ")
      return "LogicalOver(partition=[{\(partition)}], order=[$\(node.order) ASC], calls=[\(node.names.joined(separator: ", "))])"
    case .expand(_, let lists, _):
      let projects = lists.map { "{\($0.map { text($0) }.joined(separator: ", "))}" }
      return "LogicalExpand(projects=[\(ExpressionText.shortened(projects.joined(separator: ", ")))])"
    case .sort(_, let order, _):
      let keys = order.map { "$\($0.column) \($0.isDescending ? "DESC" : "ASC")\($0.nullsFirst ? "-nulls-first" : "-nulls-last")" }
      return "LogicalSort(order=[\(keys.joined(separator: ", "))])"
    case .limit(_, let spec): return "LogicalSort(offset=[\(spec.offset)]\(spec.count.map { ", fetch=[\($0)]" } ?? ""))"
    case .union: return "LogicalUnion(all=[true])"
    case .setOperation(_, _, let spec): return "Logical\(spec.kind == .intersect ? "Intersect" : "Minus")(all=[\(spec.isAll)])"
    }
  }

  private static func text(_ expression: Expression) -> String { ExpressionText.render(expression, []) }

  private static func aggregation(_ keys: [Int], _ calls: [AggregateCall], _ columns: [PlanColumn]) -> String {
    let group = "group=[{\(keys.map { "\($0)" }.joined(separator: ", "))}]"
    let results = calls.enumerated().map { "\(columns[keys.count + $0].name)=[\(call($1))]" }
    return ([group] + results).joined(separator: ", ")
  }

  private static func call(_ call: AggregateCall) -> String {
    let argument = call.argument.map { "$\($0)" } ?? ""
    return
      "\(call.function.definition.names[0])(\(call.isDistinct ? "DISTINCT " : "")\(argument))\(call.filter.map { " FILTER $\($0)" } ?? "")"
  }

  private static func ranking(_ node: RowNumberNode) -> String {
    let order = node.order.map { "$\($0.column) \($0.isDescending ? "DESC" : "ASC")\($0.nullsFirst ? "-nulls-first" : "-nulls-last")" }
    return "partition=[{\(node.keys.map { "\($0)" }.joined(separator: ", "))}], order=[\(order.joined(separator: ", "))]"
  }
}
