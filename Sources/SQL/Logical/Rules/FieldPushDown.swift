//  A source of which only some fields of a ROW are wanted gives those, and never makes the ROW.
//  Source: Flink's PushProjectIntoTableSourceScanRule, where the source takes nested projections.

import Columnar
import Dataflow
import Expressions

enum FieldPushDown {
  /// Projections, with or without a filter, over tables whose connector or format reads fields by themselves.
  static func apply(_ plan: LogicalPlan, _ catalog: SessionCatalog) -> LogicalPlan {
    plan.transformed { node in
      switch node {
      case .project(.filter(.scan(let scan), let predicate), let expressions, let columns) where catalog.readsFields(of: scan.table):
        let (scan, rewritten) = narrowed(scan, [predicate] + expressions)
        return .project(.filter(.scan(scan), rewritten[0]), Array(rewritten[1...]), columns)
      case .project(.scan(let scan), let expressions, let columns) where catalog.readsFields(of: scan.table):
        let (scan, rewritten) = narrowed(scan, expressions)
        return .project(.scan(scan), rewritten, columns)
      default: return node
      }
    }
  }

  /// The scan without the ROWs that are only read by field, with those fields, and the expressions over it.
  private static func narrowed(_ scan: ScanNode, _ expressions: [Expression]) -> (ScanNode, [Expression]) {
    var scan = scan
    let physical = scan.table.physical
    let watermark = scan.needsWatermark ? scan.table.watermark?.expression.columns ?? [] : []
    let key = scan.isNormalized ? scan.table.primaryKey.map { physical[$0] } : []
    let needed = watermark.union(key)
    func mayRead(_ position: Int) -> Bool {
      let column = scan.selected[position]
      return scan.table.columns[column].computed == nil && !needed.contains(column)
    }
    let reads = FieldReads(expressions, mayRead: mayRead)
    let narrow = Set(reads.reads.filter { !$0.isWhole }.map(\.column))
    guard !narrow.isEmpty else { return (scan, expressions) }
    let kept = scan.selected.indices.filter { position in
      !narrow.contains(position) || reads.reads.contains { $0.column == position && $0.isWhole }
    }
    /// Where each read stands in the new output.
    var places: [Int] = []
    for read in reads.reads {
      if read.isWhole {
        places.append(kept.firstIndex(of: read.column) ?? 0)
      } else {
        places.append(kept.count + scan.fields.count)
        scan.fields.append(ScannedField(column: scan.selected[read.column], path: read.path))
      }
    }
    scan.selected = kept.map { scan.selected[$0] }
    return (scan, expressions.map { reads.rewritten($0).mapColumns { places[$0] } })
  }
}
