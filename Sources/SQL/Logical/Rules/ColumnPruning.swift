//  Nobody computes, sends or keeps a column that nobody uses, down to the sources; and a source whose event time nobody
//  acts on makes no watermarks.

import Columnar
import Dataflow
import Expressions

enum ColumnPruning {
  /// All of the plan's own columns are kept, in order.
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    exactly(Array(plan.columns.indices), of: plan, needsWatermark: false)
  }

  /// A plan that gives at least the wanted columns, and where each of them now is.
  private typealias Pruned = (plan: LogicalPlan, position: [Int: Int])

  private static func prune(_ plan: LogicalPlan, _ wanted: Set<Int>, _ needsWatermark: Bool) -> Pruned {
    switch plan {
    case .scan(var scan):
      let watermark = needsWatermark ? scan.table.watermark?.expression.columns ?? [] : []
      let physical = scan.table.physical
      let key = scan.isNormalized ? scan.table.primaryKey.map { physical[$0] } : []
      let needed = watermark.union(key)
      let kept = scan.selected.indices.filter { wanted.contains($0) || needed.contains(scan.selected[$0]) }
      let chosen = kept.isEmpty ? [cheapest(scan)] : kept
      scan.selected = chosen.map { scan.selected[$0] }
      scan.needsWatermark = needsWatermark && scan.table.watermark != nil
      return (.scan(scan), inOrder(chosen))
    case .values(var values):
      let kept = values.columns.indices.filter(wanted.contains)
      let chosen = kept.isEmpty ? [0] : kept
      values.rows = values.rows.map { row in chosen.map { row[$0] } }
      values.columns = chosen.map { values.columns[$0] }
      return (.values(values), inOrder(chosen))
    case .project(let input, let expressions, let columns):
      let chosen = columns.indices.filter(wanted.contains)
      // Only the number of rows matters.
      if chosen.isEmpty { return (prune(input, [], needsWatermark).plan, [:]) }
      let below = prune(input, chosen.reduce(into: []) { $0.formUnion(expressions[$1].columns) }, needsWatermark)
      return (
        .project(
          below.plan, chosen.map { expressions[$0].mapColumns { below.position[$0] ?? 0 } }, chosen.map { columns[$0] }), inOrder(chosen)
      )
    case .filter(let input, let predicate):
      let below = prune(input, wanted.union(predicate.columns), needsWatermark)
      return (.filter(below.plan, predicate.mapColumns { below.position[$0] ?? 0 }), below.position)
    case .window(let input, var spec):
      let count = input.columns.count
      let below = prune(
        input, wanted.filter { $0 < count }.union([spec.time] + (spec.partition ?? [])), spec.clock != .processingTime || needsWatermark)
      var position = below.position
      let newCount = below.plan.columns.count
      for index in 0..<3 { position[count + index] = newCount + index }
      spec.time = below.position[spec.time] ?? 0
      spec.partition = spec.partition?.map { below.position[$0] ?? 0 }
      return (.window(below.plan, spec), position)
    case .aggregate(let input, var node):
      let kept = node.calls.indices.filter { wanted.contains(node.keys.count + $0) }
      let calls = keptCalls(kept, node.calls, hasKeys: !node.keys.isEmpty)
      let needed = node.keys + calls.flatMap { [node.calls[$0].argument, node.calls[$0].filter].compactMap { $0 } }
      let below = narrowed(input, Set(needed), needsWatermark)
      let keyCount = node.keys.count
      var position = inOrder(Array(0..<keyCount))
      for (new, old) in calls.enumerated() { position[keyCount + old] = keyCount + new }
      node.columns = Array(node.columns[..<keyCount]) + calls.map { node.columns[keyCount + $0] }
      node.calls = calls.map { mapped(node.calls[$0], below.position) }
      node.keys = node.keys.map { below.position[$0] ?? 0 }
      return (.aggregate(below.plan, node), position)
    case .windowAggregate(let input, var node):
      let keyCount = node.keys.count
      let calls = node.calls.indices.filter { wanted.contains(keyCount + $0) }
      let firstProperty = keyCount + node.calls.count
      let properties = node.properties.indices.filter { wanted.contains(firstProperty + $0) }
      let needed = node.keys + [node.time] + calls.flatMap { [node.calls[$0].argument, node.calls[$0].filter].compactMap { $0 } }
      let below = narrowed(input, Set(needed), node.clock == .eventTime || needsWatermark)
      var position = inOrder(Array(0..<keyCount))
      for (new, old) in calls.enumerated() { position[keyCount + old] = keyCount + new }
      for (new, old) in properties.enumerated() { position[firstProperty + old] = keyCount + calls.count + new }
      node.columns =
        Array(node.columns[..<keyCount]) + calls.map { node.columns[keyCount + $0] } + properties.map { node.columns[firstProperty + $0] }
      node.calls = calls.map { mapped(node.calls[$0], below.position) }
      node.properties = properties.map { node.properties[$0] }
      node.keys = node.keys.map { below.position[$0] ?? 0 }
      node.time = below.position[node.time] ?? 0
      return (.windowAggregate(below.plan, node), position)
    case .rowNumber(let input, var node):
      let count = input.columns.count
      let below = prune(input, wanted.filter { $0 < count }.union(node.keys + node.order.map(\.column)), needsWatermark)
      node = mapped(node, below.position)
      var position = below.position
      position[count] = below.plan.columns.count
      return (.rowNumber(below.plan, node), position)
    case .rank(let input, var node):
      let columns = input.columns
      var needed = wanted.filter { $0 < columns.count }.union(node.rowNumber.keys + node.rowNumber.order.map(\.column))
      // Rows that replace each other by a key are told apart by it, whether or not anybody else looks at it.
      if node.window == nil { needed.formUnion(key(of: input, node.rowNumber.keys, node.rowNumber.order)) }
      // The first row by event time comes with the watermark.
      let below = narrowed(input, needed, needsWatermark || node.window != nil || node.keepsFirst(of: columns))
      node.outputsRank = node.outputsRank && wanted.contains(columns.count)
      node.rowNumber = mapped(node.rowNumber, below.position)
      if var window = node.window {
        window.end = below.position[window.end] ?? 0
        window.implied = Set(window.implied.compactMap { below.position[$0] })
        node.window = window
      }
      var position = below.position
      if node.outputsRank { position[columns.count] = below.plan.columns.count }
      return (.rank(below.plan, node), position)
    case .over(let input, let node):
      let count = input.columns.count
      let calls = node.names.indices.filter { wanted.contains(count + $0) }
      let inner = wanted.filter { $0 < count }
      // Nobody wants its values: its rows are those of the input.
      if calls.isEmpty { return prune(input, inner, needsWatermark) }
      let needed = inner.union(node.keeping(calls, inOrder(Array(0..<count))).inputColumns)
      let below = narrowed(input, needed, node.clock == .eventTime || needsWatermark)
      var position = below.position
      for (new, old) in calls.enumerated() { position[count + old] = below.plan.columns.count + new }
      return (.over(below.plan, node.keeping(calls, below.position)), position)
    case .join(let left, let right, let kind, let condition, let span):
      let all = wanted.union(condition?.columns ?? [])
      let (newLeft, newRight, position) = narrowed(left, right, all, needsWatermark)
      let join = LogicalPlan.join(
        newLeft.plan, newRight.plan, kind, condition: condition?.mapColumns { position[$0] ?? 0 }, at: span)
      return (join, kind.isLeftOnly ? newLeft.position : position)
    case .intervalJoin(let left, let right, var node):
      let count = left.columns.count
      let all = wanted.union(node.condition?.columns ?? []).union([node.leftTime, count + node.rightTime])
      let followsWatermark = node.clock == .eventTime || needsWatermark
      let (newLeft, newRight, position) = narrowed(left, right, all, followsWatermark)
      node.leftTime = newLeft.position[node.leftTime] ?? 0
      node.rightTime = newRight.position[node.rightTime] ?? 0
      node.condition = node.condition?.mapColumns { position[$0] ?? 0 }
      return (.intervalJoin(newLeft.plan, newRight.plan, node), position)
    case .windowJoin(let left, let right, var node):
      let count = left.columns.count
      let all = wanted.union(node.condition?.columns ?? []).union([node.leftEnd, count + node.rightEnd])
      let (newLeft, newRight, position) = narrowed(left, right, all, true)
      node.leftEnd = newLeft.position[node.leftEnd] ?? 0
      node.rightEnd = newRight.position[node.rightEnd] ?? 0
      node.condition = node.condition?.mapColumns { position[$0] ?? 0 }
      return (.windowJoin(newLeft.plan, newRight.plan, node), node.kind.isLeftOnly ? newLeft.position : position)
    case .union(let inputs):
      let columns = inputs[0].columns.indices
      let kept = columns.filter(wanted.contains)
      let chosen = kept.isEmpty ? Array(columns.prefix(1)) : kept
      return (.union(inputs.map { exactly(chosen, of: $0, needsWatermark: needsWatermark) }), inOrder(chosen))
    case .expand(let input, let lists, let columns):
      let chosen = columns.indices.filter { wanted.contains($0) }
      let kept = chosen.isEmpty ? [0] : chosen
      let needed = kept.reduce(into: Set<Int>()) { set, index in lists.forEach { set.formUnion($0[index].columns) } }
      let below = prune(input, needed, needsWatermark)
      let newLists = lists.map { list in kept.map { list[$0].mapColumns { below.position[$0] ?? 0 } } }
      return (.expand(below.plan, newLists, kept.map { columns[$0] }), inOrder(kept))
    case .sort(let input, let order, let span):
      let isByTime = input.columns[order[0].column].isRowtime && !order[0].isDescending
      let below = narrowed(input, wanted.union(order.map(\.column)), needsWatermark || isByTime)
      let mapped = order.map { SortKey(below.position[$0.column] ?? 0, isDescending: $0.isDescending, nullsFirst: $0.nullsFirst) }
      return (.sort(below.plan, mapped, at: span), below.position)
    case .limit(let input, let spec):
      var wanted = wanted
      if case .sort(let sorted, let order, _) = input { wanted.formUnion(key(of: sorted, [], order)) }
      let below = prune(input, wanted, needsWatermark)
      return (.limit(below.plan, spec), below.position)
    case .setOperation(let left, let right, let spec):
      // Which rows are equal depends on all of them.
      let all = Array(left.columns.indices)
      return (
        .setOperation(
          exactly(all, of: left, needsWatermark: needsWatermark), exactly(all, of: right, needsWatermark: needsWatermark), spec),
        inOrder(all)
      )
    }
  }

  /// Of a Top-N whose rows replace each other, what tells them apart.
  private static func key(of input: LogicalPlan, _ keys: [Int], _ order: [SortKey]) -> [Int] {
    guard Monotonicity.mayChange(input) else { return [] }
    return PhysicalPlanner.updatableKey(of: input, keys: keys, order: order) ?? []
  }

  /// Just these columns, in this order.
  private static func exactly(_ columns: [Int], of plan: LogicalPlan, needsWatermark: Bool) -> LogicalPlan {
    let pruned = prune(plan, Set(columns), needsWatermark)
    let positions = columns.map { pruned.position[$0] ?? 0 }
    let given = pruned.plan.columns
    if positions == Array(given.indices) { return pruned.plan }
    return .project(pruned.plan, positions.map { .column($0, given[$0].type) }, positions.map { given[$0] })
  }

  /// No more than these columns: what a filter alone has used is dropped before it is sent or kept.
  private static func narrowed(_ plan: LogicalPlan, _ wanted: Set<Int>, _ needsWatermark: Bool) -> Pruned {
    let pruned = prune(plan, wanted, needsWatermark)
    let given = pruned.plan.columns
    guard !wanted.isEmpty, given.count > wanted.count else { return pruned }
    let ordered = wanted.sorted()
    let positions = ordered.map { pruned.position[$0] ?? 0 }
    return (
      .project(pruned.plan, positions.map { .column($0, given[$0].type) }, positions.map { given[$0] }), inOrder(ordered)
    )
  }

  /// Both sides of a join, and where the columns of the left one and then the right one are afterwards.
  private static func narrowed(
    _ left: LogicalPlan, _ right: LogicalPlan, _ wanted: Set<Int>, _ needsWatermark: Bool
  ) -> (left: Pruned, right: Pruned, position: [Int: Int]) {
    let count = left.columns.count
    let newLeft = narrowed(left, wanted.filter { $0 < count }, needsWatermark)
    let newRight = narrowed(right, Set(wanted.filter { $0 >= count }.map { $0 - count }), needsWatermark)
    let newCount = newLeft.plan.columns.count
    var position = newLeft.position
    for (old, new) in newRight.position { position[count + old] = newCount + new }
    return (newLeft, newRight, position)
  }

  private static func inOrder(_ old: [Int]) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: old.enumerated().map { ($1, $0) })
  }

  /// An aggregation without keys gives its one row through an aggregate, even if nobody looks at it.
  private static func keptCalls(_ kept: [Int], _ calls: [AggregateCall], hasKeys: Bool) -> [Int] {
    kept.isEmpty && !hasKeys && !calls.isEmpty ? [0] : kept
  }

  private static func mapped(_ call: AggregateCall, _ position: [Int: Int]) -> AggregateCall {
    var call = call
    call.argument = call.argument.flatMap { position[$0] }
    call.filter = call.filter.flatMap { position[$0] }
    return call
  }

  private static func mapped(_ node: RowNumberNode, _ position: [Int: Int]) -> RowNumberNode {
    var node = node
    node.keys = node.keys.map { position[$0] ?? 0 }
    for index in node.order.indices { node.order[index].column = position[node.order[index].column] ?? 0 }
    return node
  }

  /// A column to count rows by: physical, and of fixed width if there is one.
  private static func cheapest(_ scan: ScanNode) -> Int {
    let table = scan.table
    let physical = scan.selected.indices.filter { table.columns[scan.selected[$0]].computed == nil }
    let fixed = physical.first { index in
      switch table.columns[scan.selected[index]].type.layout {
      case .bytes, .list, .row: false
      default: true
      }
    }
    return fixed ?? physical.first ?? 0
  }
}
