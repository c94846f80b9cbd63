//  ORDER BY and LIMIT: what a stream can do of them, and what batch mode does.

import Columnar
import Dataflow
import Expressions

extension PhysicalPlanner {
  func sort(
    _ below: PhysicalPlan, _ order: [SortKey], _ columns: [PlanColumn], at span: SourceSpan
  ) throws(Diagnostic) -> PhysicalNode {
    let isByTime = columns[order[0].column].isRowtime && !order[0].isDescending
    if !settings.isBatch {
      guard isByTime else {
        throw Diagnostic(
          "ORDER BY on a stream begins with an event-time attribute, ascending, or has a LIMIT: a row that was emitted cannot be moved; "
            + "bounded tables are sorted in any order with SET 'execution.runtime-mode' = 'batch'", at: span)
      }
      try requireInsertOnly(below, "ORDER BY", instead: "with a LIMIT it takes them", span)
    }
    let time = settings.isBatch ? nil : order[0].column
    let text = Self.orderText(order, columns.map(\.name))
    let identity = Digest("sort", [below.origin] + Self.orderLineage(order, below.lineage))
    return PhysicalNode(
      spec: .sort(SortSpec(time: time, order: order)), name: "\(settings.isBatch ? "Sort" : "TemporalSort")(orderBy=[\(text)])",
      inputs: [.init(plan: below, distribution: .single)], output: Self.schema(columns), parallelism: 1, changes: .insertOnly,
      originatesChanges: true, lineage: below.lineage, origin: below.origin, identity: identity)
  }

  func limit(_ below: PhysicalPlan, _ spec: LimitSpec, _ columns: [PlanColumn]) -> PhysicalNode {
    PhysicalNode(
      spec: .limit(spec), name: "Limit(offset=[\(spec.offset)]\(spec.count.map { ", fetch=[\($0)]" } ?? ""))",
      inputs: [.init(plan: below, distribution: .single)], output: Self.schema(columns), parallelism: 1, changes: .insertOnly,
      originatesChanges: true, lineage: below.lineage, origin: below.origin, identity: Digest("limit", [below.origin] + below.lineage))
  }

  /// A Top-N over all rows that keeps those behind the offset.
  func sortLimit(_ input: LogicalPlan, _ order: [SortKey], _ spec: LimitSpec, at span: SourceSpan) -> LogicalPlan {
    let (offset, count) = (Int(spec.offset), Int(spec.count ?? 0))
    let node = RankNode(
      rowNumber: RowNumberNode(keys: [], order: order, name: "$rank", span: span), limit: offset + count, outputsRank: offset > 0,
      sortOffset: offset)
    let columns = input.columns
    let rank = LogicalPlan.rank(input, node)
    if offset == 0 { return rank }
    let isBehind = Expression.call(
      .greater, [.column(columns.count, .int64), .literal(.integer(Int64(offset)), .int64)], .boolean)
    return .project(
      .filter(rank, isBehind), columns.indices.map { .column($0, columns[$0].type) },
      columns.map { PlanColumn($0.name, $0.type, isNullable: $0.isNullable) })
  }

  /// Some order, for a LIMIT that asks for none of rows that may be taken back.
  func anyOrder(of columns: [PlanColumn], at span: SourceSpan) throws(Diagnostic) -> [SortKey] {
    guard let column = columns.firstIndex(where: { TypeRules.isOrdered($0.type) }) else {
      throw .unsupported("LIMIT over updates whose columns have no order is", at: span, instead: "select a column that has one")
    }
    return [SortKey(column)]
  }

  /// What batch mode puts behind a node that changes its results.
  func finalRows(_ node: PhysicalNode) -> PhysicalNode {
    let keys = Array(0..<node.output.count)
    let names = node.output.fields.map(\.name).joined(separator: ", ")
    return PhysicalNode(
      spec: .finalRows, name: "FinalRows(select=[\(ExpressionText.shortened(names))])",
      inputs: [.init(plan: .node(node), distribution: .hash(keys))], output: node.output, parallelism: node.parallelism,
      changes: .insertOnly, lineage: node.lineage, origin: node.origin, identity: Digest("finalRows", [node.identity] + node.lineage))
  }

  func expand(_ below: PhysicalPlan, _ lists: [[Expression]], _ columns: [PlanColumn]) -> PhysicalNode {
    let names = below.output.fields.map(\.name)
    let texts = lists.map { list in
      "{\(zip(list, columns).map { "\(ExpressionText.render($0, names)) AS \($1.name)" }.joined(separator: ", "))}"
    }
    let lineage = columns.indices.map { index in Digest("expand", lists.map { Self.digest($0[index], below.lineage) }) }
    // As in a filter's case: changes of a union of unequal widths stay in order in one subtask.
    let isUneven = below.parallelism == nil && !below.changes.isEmpty
    return PhysicalNode(
      spec: .expand(ExpandSpec(projections: lists)),
      name: "Expand(projects=[\(ExpressionText.shortened(texts.joined(separator: ", ")))])",
      inputs: [.init(plan: below, distribution: isUneven ? .single : .forward)], output: Self.schema(columns),
      parallelism: isUneven ? 1 : below.parallelism ?? parallelism, changes: below.changes, lineage: lineage, origin: below.origin,
      identity: Digest("expand", lineage))
  }

  /// Batch mode ends when its tables do.
  func requireBounded(_ scan: ScanNode, _ span: SourceSpan) throws(Diagnostic) {
    let table = scan.table
    guard let connector = catalog.descriptor(of: table), !connector.isBounded(table.options) else { return }
    throw Diagnostic(
      "the table '\(table.name)' never ends, so that batch mode cannot read it: connector '\(table.connector)' is unbounded with its options; "
        + "bound it, or SET 'execution.runtime-mode' = 'streaming'", at: span)
  }

  static func orderText(_ order: [SortKey], _ names: [String]) -> String {
    order.map { key in
      let nulls = key.nullsFirst == !key.isDescending ? "" : key.nullsFirst ? " NULLS FIRST" : " NULLS LAST"
      return "\(names[key.column]) \(key.isDescending ? "DESC" : "ASC")\(nulls)"
    }.joined(separator: ", ")
  }

  static func orderLineage(_ order: [SortKey], _ lineage: [Digest]) -> [Digest] {
    order.map { Digest("order:\($0.isDescending):\($0.nullsFirst)", [lineage[$0.column]]) }
  }
}
