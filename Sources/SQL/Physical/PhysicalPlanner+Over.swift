//  OVER windows: their operator, and how plans show it.

import Columnar
import Dataflow

extension PhysicalPlanner {
  /// - Parameter columns: those of the output.
  func over(_ below: PhysicalPlan, _ node: OverNode, _ columns: [PlanColumn], needsUpdateBefore: Bool) -> PhysicalNode {
    let names = below.output.fields.map(\.name)
    let keyNames = node.keys.map { names[$0] }.joined(separator: ", ")
    let keyLineage = node.keys.isEmpty ? [below.origin] : node.keys.map { below.lineage[$0] }
    let identity = Digest(
      node.clock == .eventTime
        ? "over" : node.isByTime ? "over:processingTime" : "over:sorted:\(node.isDescending ? "descending:" : "")\(node.nullsFirst)",
      keyLineage + [below.lineage[node.order]])
    var select = names
    var lineage = below.lineage
    for frame in node.frames {
      let identity = Digest(Self.text(frame.frame), [identity])
      for call in frame.calls {
        let text: String
        switch call {
        case .aggregate(let call):
          text = AggregateText.text(call, below.output)
          lineage.append(AggregateText.digest(call, below.lineage, [identity]))
        case .lag(let argument, _):
          guard case .rows(let offset?) = frame.frame else { preconditionFailure("LAG has a frame of some rows") }
          text = "\(node.isDescending ? "LEAD" : "LAG")(\(names[argument]), \(offset))"
          lineage.append(Digest("lag:\(offset)", [identity, below.lineage[argument]]))
        case .rank, .denseRank:
          text = call == .rank ? "RANK()" : "DENSE_RANK()"
          lineage.append(Digest(text, [identity]))
        }
        select.append("\(text) AS \(columns[select.count].name)")
      }
    }
    let windows = node.frames.map { " \(Self.text($0.frame)) AND CURRENT ROW" }.joined(separator: ",")
    let partition = node.keys.isEmpty ? "" : "partitionBy=[\(keyNames)], "
    var changes: ChangelogMode = node.isByTime ? .insertOnly : [.updateAfter, .delete]
    if !node.isByTime, needsUpdateBefore { changes.insert(.updateBefore) }
    let spec: OperatorSpec
    if let clock = node.clock {
      spec = .overAggregate(OverAggregateSpec(keys: node.keys, time: node.order, frames: node.frames, clock: clock))
    } else {
      let order = SortKey(node.order, isDescending: node.isDescending, nullsFirst: node.nullsFirst)
      spec = .sortedOver(
        SortedOverSpec(keys: node.keys, order: order, frames: node.frames, emitsUpdateBefore: needsUpdateBefore))
    }
    return PhysicalNode(
      spec: spec,
      name: "OverAggregate(\(partition)orderBy=[\(names[node.order]) ASC], window=[\(windows)], "
        + "select=[\(ExpressionText.shortened(select.joined(separator: ", ")))])",
      inputs: [.init(plan: below, distribution: distribution(node.keys))], output: Self.schema(columns),
      parallelism: node.keys.isEmpty ? 1 : parallelism, changes: changes, originatesChanges: !node.isByTime, lineage: lineage,
      origin: below.origin, identity: identity)
  }

  /// Milliseconds, as Flink's plans have them.
  private static func text(_ frame: OverFrame) -> String {
    switch frame {
    case .rows(let preceding): "ROWS BETWEEN \(preceding.map { "\($0)" } ?? "UNBOUNDED") PRECEDING"
    case .range(let preceding): "RANGE BETWEEN \(preceding.map { "\($0 / 1_000)" } ?? "UNBOUNDED") PRECEDING"
    }
  }
}
