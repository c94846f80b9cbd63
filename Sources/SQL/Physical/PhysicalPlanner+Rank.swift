//  Top-N and deduplication: by which operator, and how plans show it.

import Columnar
import Dataflow

extension PhysicalPlanner {
  /// - Parameters:
  ///   - given: the columns of the input.
  ///   - columns: those of the output.
  func rank(
    _ below: PhysicalPlan, _ given: [PlanColumn], _ node: RankNode, _ columns: [PlanColumn], needsUpdateBefore: Bool
  ) -> PhysicalNode {
    let (keys, order) = (node.rowNumber.keys, node.rowNumber.order)
    let names = given.map(\.name)
    let keyNames = keys.map { names[$0] }.joined(separator: ", ")
    let isInsertOnly = below.changes.isEmpty
    let orderLineage = Self.orderLineage(order, below.lineage)
    var changes: ChangelogMode = [.updateAfter, .delete]
    if needsUpdateBefore { changes.insert(.updateBefore) }
    let spec: OperatorSpec
    let name: String
    let kind: String
    if isInsertOnly, node.isDeduplication(of: given) {
      let kept: DeduplicateSpec.Kept = order[0].isDescending ? .last : .first
      if kept == .first { changes = .insertOnly }
      var deduplicate = DeduplicateSpec(
        keys: keys, time: order[0].column, keeps: kept, emitsUpdateBefore: needsUpdateBefore && kept == .last)
      deduplicate.timeToLive = settings.timeToLive()
      spec = .deduplicate(deduplicate)
      name = "Deduplicate(keep=[\(kept == .first ? "FirstRow" : "LastRow")], key=[\(keyNames)], order=[ROWTIME])"
      kind = "deduplicate:\(kept.rawValue)"
    } else {
      var rank = RankSpec(
        keys: keys, order: order, limit: node.limit, outputsRank: node.outputsRank, consumesRetractions: !isInsertOnly,
        emitsUpdateBefore: needsUpdateBefore)
      rank.timeToLive = settings.timeToLive()
      spec = .rank(rank)
      let orderText = Self.orderText(order, names)
      let strategy = isInsertOnly ? "AppendFastStrategy" : "RetractStrategy"
      if let offset = node.sortOffset {
        name = "SortLimit(orderBy=[\(orderText)], offset=[\(offset)], fetch=[\(node.limit - offset)], strategy=[\(strategy)])"
      } else {
        name =
          "Rank(strategy=[\(strategy)], rankType=[ROW_NUMBER], "
          + "rankRange=[rankStart=1, rankEnd=\(node.limit)], partitionBy=[\(keyNames)], "
          + "orderBy=[\(orderText)], select=[\(ExpressionText.shortened(columns.map(\.name).joined(separator: ", ")))])"
      }
      kind = "rank"
    }
    let identity = Digest(kind, (keys.isEmpty ? [below.origin] : keys.map { below.lineage[$0] }) + orderLineage)
    return PhysicalNode(
      spec: spec, name: name, inputs: [.init(plan: below, distribution: distribution(keys))], output: Self.schema(columns),
      parallelism: keys.isEmpty ? 1 : parallelism, changes: changes, originatesChanges: true,
      lineage: below.lineage + (node.outputsRank ? [Digest("rowNumber", [identity])] : []), origin: below.origin, identity: identity)
  }
}
