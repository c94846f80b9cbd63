//  Joins within bounds of time: their keys, and how plans show them.

import Columnar
import Dataflow
import Expressions

extension PhysicalPlanner {
  func intervalJoin(_ left: PhysicalPlan, _ right: PhysicalPlan, _ node: IntervalJoinNode, _ columns: [PlanColumn]) -> PhysicalNode {
    let keys = Self.keys(node.condition, leftCount: left.output.count)
    let names = left.output.fields.map(\.name) + right.output.fields.map(\.name)
    let clock = node.clock == .eventTime ? "" : ":processingTime"
    let tag = "intervalJoin\(clock):\(node.kind.rawValue):\(node.lower):\(node.upper)"
    let times = [left.lineage[node.leftTime], right.lineage[node.rightTime]]
    let bounds =
      "isRowTime=\(node.clock == .eventTime), leftLowerBound=\(node.lower / 1_000), leftUpperBound=\(node.upper / 1_000), "
      + "leftTimeIndex=\(node.leftTime), rightTimeIndex=\(node.rightTime)"
    return PhysicalNode(
      spec: .intervalJoin(
        IntervalJoinSpec(
          kind: node.kind, leftKeys: keys.left, rightKeys: keys.right, leftTime: node.leftTime, rightTime: node.rightTime,
          lower: node.lower, upper: node.upper, condition: .conjunction(keys.rest), clock: node.clock)),
      name: "IntervalJoin(joinType=[\(node.kind.planName)], windowBounds=[\(bounds)], "
        + "where=[\(node.condition.map { ExpressionText.render($0, names) } ?? "")], "
        + "select=[\(ExpressionText.shortened(names.joined(separator: ", ")))])",
      inputs: [.init(plan: left, distribution: distribution(keys.left)), .init(plan: right, distribution: distribution(keys.right))],
      output: Self.schema(columns), parallelism: keys.left.isEmpty ? 1 : parallelism, changes: .insertOnly,
      lineage: left.lineage + right.lineage, origin: Digest(tag, [left.origin, right.origin]),
      identity: Digest(tag, times + keys.left.map { left.lineage[$0] } + keys.right.map { right.lineage[$0] }))
  }
}
