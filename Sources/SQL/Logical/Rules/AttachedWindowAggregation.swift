//  GROUP BY start and end of a window over rows that are in one already, such as results of an aggregation by window, of a window
//  join or of a window Top-N, becomes an aggregation by that window: each is emitted once.
//  Source: Flink's StreamPhysicalWindowAggregateRule with a WindowAttachedWindowingStrategy.

import Columnar
import Dataflow
import Expressions

enum AttachedWindowAggregation {
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    plan.transformed { node in
      guard case .aggregate(let input, let aggregate) = node, let window = WindowColumns.of(input), window.isWhole(in: aggregate.keys),
        let end = aggregate.keys.first(where: window.ends.contains)
      else { return node }
      return attached(input, aggregate, window, end: end)
    }
  }

  private static func attached(_ input: LogicalPlan, _ aggregate: AggregateNode, _ window: WindowColumns, end: Int) -> LogicalPlan {
    // What a window's end says of a key need not be a key; it does not say where a session began.
    func property(_ key: Int) -> WindowProperty? {
      if window.ends.contains(key) { return .end }
      if window.times.contains(key) { return .time }
      return window.starts.contains(key) && !window.isSession ? .start : nil
    }
    let keyCount = aggregate.keys.count
    var keys: [Int] = []
    var properties: [WindowProperty] = []
    var columns: [PlanColumn] = []
    for (position, key) in aggregate.keys.enumerated() where property(key) == nil {
      keys.append(key)
      columns.append(aggregate.columns[position])
    }
    columns += aggregate.columns[keyCount...]
    for (position, key) in aggregate.keys.enumerated() {
      guard let property = property(key), !properties.contains(property) else { continue }
      properties.append(property)
      var column = aggregate.columns[position]
      if property == .time { column.timeAttribute = .rowtime }
      columns.append(column)
    }
    let node = WindowAggregateNode(
      kind: .attached(window.kind, isLocal: window.isLocal), time: end, keys: keys, calls: aggregate.calls, properties: properties,
      columns: columns)
    // Back to the order of the aggregation: its keys, then its aggregates.
    let first = keys.count + aggregate.calls.count
    let positions =
      aggregate.keys.map { key in
        property(key).flatMap { properties.firstIndex(of: $0) }.map { first + $0 } ?? keys.firstIndex(of: key) ?? 0
      } + aggregate.calls.indices.map { keys.count + $0 }
    var outputs = aggregate.columns
    for position in 0..<keyCount where property(aggregate.keys[position]) == .time { outputs[position].timeAttribute = .rowtime }
    return .project(.windowAggregate(input, node), positions.map { .column($0, columns[$0].type) }, outputs)
  }
}
