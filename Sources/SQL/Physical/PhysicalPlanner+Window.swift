//  Joins, Top-N and deduplication by window: their operators, and how plans show them.

import Columnar
import Dataflow
import Expressions

extension PhysicalPlanner {
  func windowJoin(_ left: PhysicalPlan, _ right: PhysicalPlan, _ node: WindowJoinNode, _ columns: [PlanColumn]) -> PhysicalNode {
    var keys = Self.keys(node.condition, leftCount: left.output.count)
    // Without keys each window is dealt out as a whole.
    if keys.left.isEmpty { (keys.left, keys.right) = ([node.leftEnd], [node.rightEnd]) }
    let names = left.output.fields.map(\.name) + right.output.fields.map(\.name)
    func window(_ side: PhysicalPlan, _ end: Int) -> String {
      WindowText.render(node.window, time: side.output[end].name, label: "win_end")
    }
    let tag = "windowJoin:\(node.kind.rawValue):\(node.window)"
    let ends = [left.lineage[node.leftEnd], right.lineage[node.rightEnd]]
    return PhysicalNode(
      spec: .windowJoin(
        WindowJoinSpec(
          kind: node.kind, left: AttachedWindow(end: node.leftEnd, isLocal: node.isLocal),
          right: AttachedWindow(end: node.rightEnd, isLocal: node.isLocal), leftKeys: keys.left, rightKeys: keys.right,
          condition: .conjunction(keys.rest))),
      name: "WindowJoin(leftWindow=[\(window(left, node.leftEnd))], rightWindow=[\(window(right, node.rightEnd))], "
        + "joinType=[\(node.kind.planName)], where=[\(node.condition.map { ExpressionText.render($0, names) } ?? "true")], "
        + "select=[\(ExpressionText.shortened(names.prefix(columns.count).joined(separator: ", ")))])",
      inputs: [.init(plan: left, distribution: distribution(keys.left)), .init(plan: right, distribution: distribution(keys.right))],
      output: Self.schema(columns), parallelism: parallelism, changes: .insertOnly,
      lineage: node.kind.isLeftOnly ? left.lineage : left.lineage + right.lineage,
      origin: Digest(tag, [left.origin, right.origin]),
      identity: Digest(tag, ends + keys.left.map { left.lineage[$0] } + keys.right.map { right.lineage[$0] }))
  }

  /// - Parameters:
  ///   - given: the columns of the input.
  ///   - columns: those of the output.
  func windowRank(
    _ below: PhysicalPlan, _ given: [PlanColumn], _ node: RankNode, _ window: RankWindow, _ columns: [PlanColumn]
  ) -> PhysicalNode {
    let order = node.rowNumber.order
    let names = given.map(\.name)
    // Within a window that its end tells apart, its other bounds are the same. Without keys each window is dealt out as a whole.
    let partition = node.rowNumber.keys.filter { !window.implied.contains($0) }
    let keys = partition.isEmpty ? [window.end] : partition
    let attached = AttachedWindow(end: window.end, isLocal: window.isLocal)
    let windowText = WindowText.render(window.kind, time: names[window.end], label: "win_end")
    let keyNames = partition.map { names[$0] }.joined(separator: ", ")
    let spec: OperatorSpec
    let name: String
    let kind: String
    if node.isDeduplication(of: given) {
      let keeps: DeduplicateSpec.Kept = order[0].isDescending ? .last : .first
      spec = .windowDeduplicate(WindowDeduplicateSpec(window: attached, keys: keys, time: order[0].column, keeps: keeps))
      name =
        "WindowDeduplicate(window=[\(windowText)], keep=[\(keeps == .first ? "FirstRow" : "LastRow")], "
        + "partitionKeys=[\(keyNames)], orderKey=[\(names[order[0].column])], order=[ROWTIME])"
      kind = "windowDeduplicate:\(keeps.rawValue)"
    } else {
      spec = .windowRank(
        WindowRankSpec(window: attached, keys: keys, order: order, limit: node.limit, outputsRank: node.outputsRank))
      name =
        "WindowRank(window=[\(windowText)], rankType=[ROW_NUMBER], rankRange=[rankStart=1, rankEnd=\(node.limit)], "
        + "partitionBy=[\(keyNames)], orderBy=[\(Self.orderText(order, names))], "
        + "select=[\(ExpressionText.shortened(columns.map(\.name).joined(separator: ", ")))])"
      kind = "windowRank"
    }
    let identity = Digest(
      kind, [below.lineage[window.end]] + keys.map { below.lineage[$0] } + Self.orderLineage(order, below.lineage))
    return PhysicalNode(
      spec: spec, name: name, inputs: [.init(plan: below, distribution: distribution(keys))], output: Self.schema(columns),
      parallelism: parallelism, changes: .insertOnly, lineage: below.lineage + (node.outputsRank ? [Digest("rowNumber", [identity])] : []),
      origin: below.origin, identity: identity)
  }
}
