//  Joins: which equalities become keys, what the changelog of each kind holds, and how plans show them.

import Columnar
import Dataflow
import Expressions

extension PhysicalPlanner {
  func join(
    _ left: PhysicalPlan, _ right: PhysicalPlan, _ kind: JoinKind, _ condition: Expression?, _ place: JoinPlace, _ columns: [PlanColumn],
    needsUpdateBefore: Bool
  ) -> PhysicalNode {
    // Without an equality, as in a cross join or in NOT IN over columns that may be NULL, one subtask compares every pair.
    let (leftKeys, rightKeys, rest) = Self.keys(condition, leftCount: left.output.count)
    let names = left.output.fields.map(\.name) + right.output.fields.map(\.name)
    let conditionText = condition.map { ExpressionText.render($0, names) } ?? ""
    let selected = columns.indices.map { names[$0] }.joined(separator: ", ")
    var identityParts = leftKeys.map { left.lineage[$0] } + rightKeys.map { right.lineage[$0] }
    if identityParts.isEmpty { identityParts = [left.origin, right.origin] }
    let tag = kind == .inner ? "join" : "join:\(kind.rawValue)"
    func distribution(_ keys: [Int]) -> Distribution { keys.isEmpty ? .single : .hash(keys) }
    var spec = JoinSpec(kind: kind, leftKeys: leftKeys, rightKeys: rightKeys, condition: .conjunction(rest))
    spec.leftTimeToLive = settings.timeToLive(place.leftTimeToLive)
    spec.rightTimeToLive = settings.timeToLive(place.rightTimeToLive)
    // What expires has to be found again.
    spec.isInsertOnly = left.changes.union(right.changes) == .insertOnly && spec.leftTimeToLive == nil && spec.rightTimeToLive == nil
    return PhysicalNode(
      spec: .join(spec),
      name: "Join(joinType=[\(kind.planName)], where=[\(conditionText)], select=[\(ExpressionText.shortened(selected))])",
      inputs: [.init(plan: left, distribution: distribution(leftKeys)), .init(plan: right, distribution: distribution(rightKeys))],
      output: Self.schema(columns), parallelism: leftKeys.isEmpty ? 1 : parallelism,
      changes: kind.changes(of: left.changes.union(right.changes), needsUpdateBefore: needsUpdateBefore),
      originatesChanges: kind != .inner && kind != .semi, lineage: kind.isLeftOnly ? left.lineage : left.lineage + right.lineage,
      origin: Digest(tag, [left.origin, right.origin]), identity: Digest(tag, identityParts))
  }
}

extension PhysicalPlanner {
  /// The equalities of a join's condition as keys, and the other conjuncts.
  static func keys(_ condition: Expression?, leftCount: Int) -> (left: [Int], right: [Int], rest: [Expression]) {
    var (left, right): ([Int], [Int]) = ([], [])
    var rest: [Expression] = []
    for conjunct in condition?.conjuncts ?? [] {
      if let equality = JoinEquality(conjunct, leftCount: leftCount), case .column(let a, _) = equality.left,
        case .column(let b, _) = equality.right
      {
        left.append(a)
        right.append(b)
      } else {
        rest.append(conjunct)
      }
    }
    return (left, right, rest)
  }
}

extension JoinKind {
  /// As Flink's plans call it.
  var planName: String {
    switch self {
    case .inner: "InnerJoin"
    case .left: "LeftOuterJoin"
    case .right: "RightOuterJoin"
    case .full: "FullOuterJoin"
    case .semi: "LeftSemiJoin"
    case .anti: "LeftAntiJoin"
    }
  }

  /// Inner and semi joins pass changes on; where rows may stand alone for a while, they come and go over insert-only inputs
  /// too. Source: Flink's FlinkChangelogModeInferenceProgram.
  func changes(of inputs: ChangelogMode, needsUpdateBefore: Bool) -> ChangelogMode {
    if self == .inner || self == .semi { return inputs }
    let changes = inputs.union([.updateAfter, .delete])
    return needsUpdateBefore ? changes.union(.updateBefore) : changes
  }
}
