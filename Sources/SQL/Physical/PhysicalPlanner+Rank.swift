//  Top-N and deduplication: by which operator, and how plans show it.

import Columnar
import Dataflow

extension PhysicalPlanner {
  /// - Parameters:
  ///   - given: the columns of the input.
  ///   - columns: those of the output.
  ///   - upsertKey: as `updatableKey` gives it.
  func rank(
    _ below: PhysicalPlan, _ given: [PlanColumn], _ node: RankNode, _ columns: [PlanColumn], upsertKey: [Int]? = nil,
    needsUpdateBefore: Bool
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
        keys: keys, order: order, limit: node.limit, outputsRank: node.outputsRank,
        consumesRetractions: !isInsertOnly && upsertKey == nil, emitsUpdateBefore: needsUpdateBefore)
      rank.upsertKey = upsertKey
      rank.timeToLive = settings.timeToLive()
      spec = .rank(rank)
      let orderText = Self.orderText(order, names)
      let updating = upsertKey.map { "UpdateFastStrategy[\($0.map { "\($0)" }.joined(separator: ","))]" }
      let strategy = isInsertOnly ? "AppendFastStrategy" : updating ?? "RetractStrategy"
      if let offset = node.sortOffset {
        name = "SortLimit(orderBy=[\(orderText)], offset=[\(offset)], fetch=[\(node.limit - offset)], strategy=[\(strategy)])"
      } else {
        name =
          "Rank(strategy=[\(strategy)], rankType=[ROW_NUMBER], "
          + "rankRange=[rankStart=1, rankEnd=\(node.limit)], partitionBy=[\(keyNames)], "
          + "orderBy=[\(orderText)], select=[\(ExpressionText.shortened(columns.map(\.name).joined(separator: ", ")))])"
      }
      // What a Top-N by key keeps is not enough for one that rows can be taken back from.
      kind = upsertKey == nil ? "rank" : "rank:updatable"
    }
    let identity = Digest(kind, (keys.isEmpty ? [below.origin] : keys.map { below.lineage[$0] }) + orderLineage)
    return PhysicalNode(
      spec: spec, name: name, inputs: [.init(plan: below, distribution: distribution(keys))], output: Self.schema(columns),
      parallelism: keys.isEmpty ? 1 : parallelism, changes: changes, originatesChanges: true,
      lineage: below.lineage + (node.outputsRank ? [Digest("rowNumber", [identity])] : []), origin: below.origin, identity: identity)
  }

  /// The columns by which rows replace each other in a Top-N that never has to look behind its last row: the input's upsert key that
  /// holds the partition, where a row that replaces another never comes to stand behind it. Nil where rows have to be taken back.
  static func updatableKey(of input: LogicalPlan, keys: [Int], order: [SortKey]) -> [Int]? {
    guard let columns = Monotonicity.of(input) else { return nil }
    let given = input.columns
    let neverFalls = order.allSatisfy { key in
      // A value that comes after a NULL falls where NULL stands first; Flink does not see that.
      let rises = !key.nullsFirst || !given[key.column].isNullable
      return switch columns[key.column] {
      case .constant: true
      case .increasing: key.isDescending && rises
      case .decreasing: !key.isDescending && rises
      case .none: false
      }
    }
    let partition = Set(keys)
    let upsertKeys = UpsertKeys.of(input).filter { $0.isSuperset(of: partition) }.map { $0.sorted() }
    guard neverFalls else { return nil }
    return upsertKeys.min { $0.count != $1.count ? $0.count < $1.count : $0.lexicographicallyPrecedes($1) }
  }
}
