//  A source of which some rows are wanted, whichever, reads no more than that.
//  Source: Flink's PushLimitIntoTableSourceScanRule.

import Dataflow

enum LimitPushDown {
  /// LIMITs without an order over bounded tables that only give inserts.
  static func apply(_ plan: LogicalPlan, _ catalog: SessionCatalog) -> LogicalPlan {
    plan.transformed { node in
      guard case .limit(let input, let spec) = node, let count = spec.count else { return node }
      let (rows, overflow) = spec.offset.addingReportingOverflow(count)
      return overflow ? node : .limit(limited(input, to: rows, catalog), spec)
    }
  }

  private static func limited(_ plan: LogicalPlan, to rows: Int64, _ catalog: SessionCatalog) -> LogicalPlan {
    switch plan {
    case .project(let input, let expressions, let columns): return .project(limited(input, to: rows, catalog), expressions, columns)
    case .scan(var scan):
      guard let descriptor = catalog.descriptor(of: scan.table), descriptor.isBounded(scan.table.options), !scan.isNormalized,
        !(descriptor.usesFormat && catalog.format(of: scan.table)?.producesUpdates == true)
      else { return plan }
      scan.rowLimit = min(scan.rowLimit ?? rows, rows)
      return .scan(scan)
    default: return plan
    }
  }
}
