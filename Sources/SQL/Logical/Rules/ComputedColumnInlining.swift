//  A computed column that no watermark needs is computed where it is used, of the rows that a filter has let through and as
//  far as that filter has left anything to compute. Any other is computed by the source, for every row.

import Columnar
import Expressions

enum ComputedColumnInlining {
  /// Computed columns of tables under a projection, unless they would be computed more than once.
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    plan.transformed { node in
      switch node {
      case .project(.filter(.scan(let scan), let predicate), let expressions, let columns):
        let (inner, inlined) = inline(scan, [predicate] + expressions, predicate)
        return .project(.filter(.scan(inner), inlined[0]), Array(inlined[1...]), scan.identified(columns, as: expressions))
      case .project(.scan(let scan), let expressions, let columns):
        let (inner, inlined) = inline(scan, expressions, nil)
        return .project(.scan(inner), inlined, scan.identified(columns, as: expressions))
      default: return node
      }
    }
  }

  /// The scan without the columns that are computed above it, and the expressions over it.
  private static func inline(_ scan: ScanNode, _ expressions: [Expression], _ predicate: Expression?) -> (ScanNode, [Expression]) {
    let table = scan.table
    let kept = scan.needsWatermark ? table.watermark?.expression.columns ?? [] : []
    let computed = scan.selected.filter { table.columns[$0].computed != nil && !table.columns[$0].isProctime && !kept.contains($0) }
    // Behind a normalisation a row that is taken back would be computed anew.
    if computed.isEmpty || scan.isNormalized { return (scan, expressions) }
    let physical = table.physical
    // Over all of the table's columns.
    let wide = expressions.map { $0.mapColumns { scan.selected[$0] } }
    let condition = predicate?.mapColumns { scan.selected[$0] }
    var values = table.columns.indices.map { Expression.column($0, table.columns[$0].type) }
    for column in computed {
      guard let value = table.columns[column].computed?.mapColumns({ physical[$0] }) else { continue }
      let simple = condition.map { ImpliedConditions.simplified(value, where: $0) } ?? value
      if simple.isRead || wide.reduce(0, { $0 + $1.useCount(of: column) }) == 1 { values[column] = simple }
    }
    let inlined = wide.map { $0.substituting(values) }
    let selected = inlined.reduce(kept) { $0.union($1.columns) }.sorted()
    let isBounded =
      inlined.allSatisfy { $0.height <= SQLLimits.expressionDepthMax }
      && inlined.reduce(0) { $0 + $1.nodeCount } <= SQLLimits.expressionNodeCountMax
    guard isBounded, !selected.isEmpty else { return (scan, expressions) }
    var scan = scan
    scan.selected = selected
    return (scan, inlined.map { $0.mapColumns { selected.firstIndex(of: $0) ?? 0 } })
  }
}

extension ScanNode {
  /// Columns over this scan that keep telling where they come from, however a rule computes them.
  func identified(_ columns: [PlanColumn], as expressions: [Expression]) -> [PlanColumn] {
    zip(columns, expressions).map { column, expression in
      var column = column
      column.lineage = column.lineage ?? PhysicalPlanner.digest(expression, lineage)
      return column
    }
  }
}

extension Expression {
  /// Whether nothing is computed: a column, or a field of one.
  fileprivate var isRead: Bool {
    switch self {
    case .column: true
    case .field(let inner, _, _): inner.isRead
    default: false
    }
  }

  fileprivate func useCount(of column: Int) -> Int {
    if case .column(column, _) = self { return 1 }
    return children.reduce(0) { $0 + $1.useCount(of: column) }
  }
}
