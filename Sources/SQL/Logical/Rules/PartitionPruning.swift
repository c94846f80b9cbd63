//  Partitions of which no row is wanted are not looked into: conditions on the columns that a table is partitioned by go to its source,
//  and stay where they are.
//  Source: Flink's PushPartitionIntoTableSourceScanRule.

import Dataflow
import Expressions

enum PartitionPruning {
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    plan.transformed { node in
      guard case .filter(.scan(var scan), let predicate) = node, !scan.table.partitionKeys.isEmpty else { return node }
      let physical = scan.table.physical
      /// The place of a scanned column in PARTITIONED BY.
      func level(_ column: Int) -> Int? {
        guard column < scan.selected.count, let position = physical.firstIndex(of: scan.selected[column]) else { return nil }
        return scan.table.partitionKeys.firstIndex(of: position)
      }
      scan.partitionConditions = predicate.conjuncts.filter { condition in
        // A source knows neither the time nor the session's zone.
        !condition.columns.isEmpty && condition.columns.allSatisfy { level($0) != nil } && PredicatePushDown.isDeterministic(condition)
          && !mentionsInstant(condition)
      }.map { condition in condition.mapColumns { level($0) ?? 0 } }
      return .filter(.scan(scan), predicate)
    }
  }

  private static func mentionsInstant(_ expression: Expression) -> Bool {
    if case .timestampLTZ = expression.type { return true }
    return expression.children.contains(where: mentionsInstant)
  }
}
