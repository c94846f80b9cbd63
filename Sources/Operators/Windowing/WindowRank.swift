//  Top-N of each window.
//  Source: Flink's WindowRankProcessor.

import Columnar
import Dataflow
import State

/// Emits the first rows of each window and key in an order, when the watermark closes the window.
///
/// - Input: insert-only rows with the end of their window, in any order.
/// - Output: insert-only: key by key the rows in their order, equal ones as they came, with the rank from 1 if it is wanted.
/// - Late rows, those of closed windows, are counted and dropped.
/// - State: the first `limit` rows of each key of the open windows; the watermark.
/// - Cost: a row that cannot enter costs a comparison, others a logarithm of `limit`.
final class WindowRank: Operator {
  private let spec: WindowRankSpec
  private var windows: AttachedWindows!
  private var outputSchema = Schema([])
  private var groups: [Int32] = []
  var lateRowCount: Int { windows.lateRowCount }

  init(_ spec: WindowRankSpec) throws(OperatorError) {
    guard spec.limit > 0, !spec.order.isEmpty else {
      throw OperatorError(.internal, .never, "a Top-N has an order and at least one row")
    }
    self.spec = spec
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    let input = context.inputSchemas[0]
    windows = try AttachedWindows(
      context, isLocal: spec.window.isLocal,
      TableSchema(keys: spec.keys.map { input[$0] }, rankings: [.init("rows", input.fields, order: spec.order)]))
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    windows.route(batch, ends: spec.window.end) { add($1, $2, to: $0) }
    return .done
  }

  private func add(_ columns: [Column], _ rowCount: Int, to table: KeyedTable) {
    let rows = table.rankings[0]
    table.resolve(spec.keys.map { columns[$0] }, rowCount: rowCount, into: &groups)
    let candidates = rows.candidates(columns, groups: groups, limit: spec.limit)
    if candidates.isEmpty { return }
    rows.hold(candidates.count == rowCount ? columns : columns.take(candidates), rowCount: candidates.count)
    for (position, row) in candidates.enumerated() { _ = rows.insert(position, into: groups[Int(row)], limit: spec.limit) }
    rows.store()
  }

  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    windows.advance(to: watermark)
    return windows.emitDue(into: &output) { left, table, output in emit(&left, table.rankings[0], into: &output) }
  }

  /// The rows of some groups, which are taken off the list: about a batch.
  private func emit(_ left: inout [Int32], _ rows: RankedRows, into output: inout Output) {
    var entries: [Int32] = []
    var ranks: [Int64] = []
    while entries.count < RecordBatch.targetRowCount, let group = left.popLast() {
      rows.entries(in: group, at: 1...spec.limit, into: &entries)
      if spec.outputsRank { ranks.append(contentsOf: 1...Int64(entries.count - ranks.count)) }
    }
    let rank = spec.outputsRank ? [Column.int64(FixedColumn(ranks))] : []
    output.emit(RecordBatch(schema: outputSchema, columns: rows.columns(of: entries) + rank, rowCount: entries.count))
  }
}
