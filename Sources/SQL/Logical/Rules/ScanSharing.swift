//  A table that a job scans more than once is read once, with all columns that any of the scans wants.
//  Two readers would do the work twice, and not keep pace: where their rows meet again, the state of what the faster one is ahead
//  by would grow for as long as they read.
//  Source: Flink's ScanReuser, `table.optimizer.reuse-source-enabled`.

import Columnar
import Dataflow
import Expressions

enum ScanSharing {
  /// Rewrites the plans of one job. Scans that are to stop early stay by themselves, and so do those of which state is kept by
  /// primary key: it would be kept of every column.
  static func apply(_ plans: [LogicalPlan]) -> [LogicalPlan] {
    var sharing = Sharing()
    for plan in plans { sharing.collect(plan) }
    return plans.map { sharing.rewritten($0) }
  }
}

private struct Sharing {
  /// What makes two scans read the same.
  private struct Source: Hashable {
    var name: String
    var connector: String
    var options: [String: String]
    var rowsPerSecond: Int64?
    /// Of every column of the table, and of the watermark.
    var names: [String]
    var types: [DataType]
    var computed: [Expression?]
    var watermark: Expression?
    var partitionKeys: [Int]
    /// Scans of other partitions read other rows.
    var partitionConditions: [Expression]

    init?(_ scan: ScanNode) {
      guard scan.rowLimit == nil, !scan.isNormalized else { return nil }
      let table = scan.table
      name = table.name
      connector = table.connector
      options = table.options
      rowsPerSecond = table.rowsPerSecond
      names = table.columns.map(\.name)
      types = table.columns.map(\.type)
      computed = table.columns.map(\.computed)
      watermark = table.watermark?.expression
      partitionKeys = table.partitionKeys
      partitionConditions = scan.partitionConditions
    }
  }

  private var scans: [Source: ScanNode] = [:]

  mutating func collect(_ plan: LogicalPlan) {
    guard case .scan(let scan) = plan else { return plan.inputs.forEach { collect($0) } }
    guard let source = Source(scan) else { return }
    guard var all = scans[source] else { return scans[source] = scan }
    all.selected = Set(all.selected).union(scan.selected).sorted()
    all.fields += scan.fields.filter { !all.fields.contains($0) }
    all.needsWatermark = all.needsWatermark || scan.needsWatermark
    scans[source] = all
  }

  func rewritten(_ plan: LogicalPlan) -> LogicalPlan {
    switch plan {
    case .project(.filter(.scan(let scan), let predicate), let expressions, let columns):
      guard let (shared, places) = shared(scan) else { return plan }
      return .project(
        .filter(.scan(shared), predicate.mapColumns { places[$0] }), expressions.map { $0.mapColumns { places[$0] } }, columns)
    case .project(.scan(let scan), let expressions, let columns):
      guard let (shared, places) = shared(scan) else { return plan }
      return .project(.scan(shared), expressions.map { $0.mapColumns { places[$0] } }, columns)
    case .filter(.scan(let scan), let predicate):
      guard let (shared, places) = shared(scan) else { return plan }
      return chosen(places, of: .filter(.scan(shared), predicate.mapColumns { places[$0] }), as: scan.columns)
    case .scan(let scan):
      guard let (shared, places) = shared(scan) else { return plan }
      return chosen(places, of: .scan(shared), as: scan.columns)
    default: return plan.withInputs(plan.inputs.map { rewritten($0) })
    }
  }

  /// The scan to be made in the place of one, and where in it the columns of that one are.
  private func shared(_ scan: ScanNode) -> (ScanNode, [Int])? {
    guard let shared = Source(scan).flatMap({ scans[$0] }) else { return nil }
    return (
      shared,
      scan.selected.map { shared.selected.firstIndex(of: $0) ?? 0 }
        + scan.fields.map { shared.selected.count + (shared.fields.firstIndex(of: $0) ?? 0) }
    )
  }

  private func chosen(_ places: [Int], of plan: LogicalPlan, as columns: [PlanColumn]) -> LogicalPlan {
    if places == Array(plan.columns.indices) { return plan }
    return .project(plan, zip(places, columns).map { .column($0, $1.type) }, columns)
  }
}
