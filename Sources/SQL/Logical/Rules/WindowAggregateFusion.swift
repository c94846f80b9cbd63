//  GROUP BY window_start, window_end over a window table function becomes one aggregation by window: no row is copied
//  for each of its windows, and each window is emitted once.

import Columnar
import Dataflow
import Expressions

enum WindowAggregateFusion {
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    plan.transformed { node in
      guard case .aggregate(let input, let aggregate) = node else { return node }
      let below = windowAboveExpansion(input) ?? input
      return fuse(below, aggregate) ?? node
    }
  }

  /// Grouping sets over a window: rows are made one for each set below the window, which looks at nothing but their time. Nil if the
  /// plan is another, or a set leaves a bound of the window out.
  private static func windowAboveExpansion(_ plan: LogicalPlan) -> LogicalPlan? {
    guard case .expand(.project(.window(let source, var window), let inner, _), let lists, let columns) = plan else { return nil }
    let width = source.columns.count
    let merged = lists.map { list in list.map { $0.substituting(inner) } }
    var below: [Int] = []
    for index in columns.indices {
      if merged.allSatisfy({ $0[index].columns.allSatisfy { $0 < width } }) {
        below.append(index)
      } else {
        guard case .column = merged[0][index], merged.allSatisfy({ $0[index] == merged[0][index] }) else { return nil }
      }
    }
    let time = Expression.column(window.time, source.columns[window.time].type)
    let expanded = LogicalPlan.expand(
      source, merged.map { list in below.map { list[$0] } + [time] }, below.map { columns[$0] } + [source.columns[window.time]])
    window.time = below.count
    let outputs = columns.indices.map { index in
      if let position = below.firstIndex(of: index) { return Expression.column(position, columns[index].type) }
      return merged[0][index].mapColumns { $0 - width + below.count + 1 }
    }
    return .project(.window(expanded, window), outputs, columns)
  }

  /// Nil if this is no aggregation by window: another shape, a bound of the window missing from the keys, or an
  /// aggregate over the window's own columns.
  private static func fuse(_ input: LogicalPlan, _ aggregate: AggregateNode) -> LogicalPlan? {
    guard case .project(.window(let source, let window), let expressions, let columns) = input else { return nil }
    let width = source.columns.count
    func isAboutWindow(_ expression: Expression) -> Bool { expression.columns.contains { $0 >= width } }
    func property(_ expression: Expression) -> WindowProperty? {
      guard case .column(let index, _) = expression, index >= width else { return nil }
      return [.start, .end, .time][index - width]
    }
    var plainKeys: [Int] = []
    var properties: [WindowProperty] = []
    for key in aggregate.keys {
      if !isAboutWindow(expressions[key]) {
        plainKeys.append(key)
      } else if let property = property(expressions[key]) {
        if !properties.contains(property) { properties.append(property) }
      } else {
        // A key computed from the window alone would do, but is not worth a case.
        return nil
      }
    }
    guard properties.contains(.start), properties.contains(.end) else { return nil }
    if let partition = window.partition {
      // Sessions are those of their keys: of fewer or more they would be others.
      let wanted = Set(partition.map { Expression.column($0, source.columns[$0].type) })
      if Set(plainKeys.map { expressions[$0] }) != wanted { return nil }
    }
    let used = aggregate.calls.flatMap { [$0.argument, $0.filter].compactMap { $0 } }
    if used.contains(where: { isAboutWindow(expressions[$0]) }) { return nil }

    // The input of the aggregation: keys, arguments and filters, and the time attribute.
    var inner: [Expression] = []
    var innerColumns: [PlanColumn] = []
    var positions: [Int: Int] = [:]
    for position in plainKeys + used where positions[position] == nil {
      positions[position] = inner.count
      inner.append(expressions[position])
      innerColumns.append(columns[position])
    }
    let time = Expression.column(window.time, source.columns[window.time].type)
    let timePosition = inner.firstIndex(of: time) ?? inner.count
    if timePosition == inner.count {
      inner.append(time)
      innerColumns.append(source.columns[window.time])
    }
    innerColumns[timePosition].timeAttribute = source.columns[window.time].timeAttribute
    let calls = aggregate.calls.map { call in
      var call = call
      call.argument = call.argument.flatMap { positions[$0] }
      call.filter = call.filter.flatMap { positions[$0] }
      return call
    }

    let windowOutputs = windowColumns(time: source.columns[window.time])
    let keyCount = aggregate.keys.count
    var outputs = plainKeys.map { key in aggregate.columns[aggregate.keys.firstIndex(of: key) ?? 0] }
    outputs += aggregate.columns[keyCount...]
    outputs += properties.map { property in windowOutputs[[.start, .end, .time].firstIndex(of: property) ?? 0] }
    let node = WindowAggregateNode(
      kind: window.kind, time: timePosition, clock: window.clock ?? .eventTime, keys: plainKeys.compactMap { positions[$0] }, calls: calls,
      properties: properties,
      columns: outputs)
    let fused = LogicalPlan.windowAggregate(.project(source, inner, innerColumns), node)

    // Back to the order of the aggregation: its keys, then its aggregates.
    var restored: [Expression] = []
    var restoredColumns = aggregate.columns
    for (index, key) in aggregate.keys.enumerated() {
      let position: Int
      if let plain = plainKeys.firstIndex(of: key) {
        position = plain
      } else {
        let property = property(expressions[key]) ?? .start
        position = plainKeys.count + calls.count + (properties.firstIndex(of: property) ?? 0)
        restoredColumns[index].timeAttribute = property == .time ? source.columns[window.time].timeAttribute : nil
      }
      restored.append(.column(position, outputs[position].type))
    }
    for index in calls.indices { restored.append(.column(plainKeys.count + index, calls[index].resultType)) }
    return .project(fused, restored, restoredColumns)
  }
}
