//  INTERSECT and EXCEPT: rows meet by all of their columns, and are counted.

import Columnar
import Dataflow

extension PhysicalPlanner {
  func setOperation(_ left: PhysicalPlan, _ right: PhysicalPlan, _ spec: SetOperationSpec, _ columns: [PlanColumn]) -> PhysicalNode {
    let keys = Array(columns.indices)
    let origin = Digest("\(spec.kind.rawValue):\(spec.isAll)", [left.origin, right.origin])
    // A row of the right input takes one of EXCEPT's back; INTERSECT only grows with its inputs.
    let isInsertOnly = spec.kind == .intersect && left.changes.union(right.changes).isEmpty
    let names = columns.map(\.name).joined(separator: ", ")
    var kept = spec
    kept.timeToLive = settings.timeToLive()
    return PhysicalNode(
      spec: .setOperation(kept),
      name: "\(spec.kind == .intersect ? "Intersect" : "Except")(all=[\(spec.isAll)], select=[\(ExpressionText.shortened(names))])",
      inputs: [.init(plan: left, distribution: .hash(keys)), .init(plan: right, distribution: .hash(keys))],
      output: Self.schema(columns), parallelism: parallelism, changes: isInsertOnly ? .insertOnly : .delete,
      originatesChanges: spec.kind == .except, lineage: zip(left.lineage, right.lineage).map { Digest("\(spec.kind.rawValue)", [$0, $1]) },
      origin: origin, identity: Digest("setOperation", [origin] + left.lineage + right.lineage))
  }
}
