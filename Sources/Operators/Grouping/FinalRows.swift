//  A bounded changelog's final rows: what batch mode puts behind whatever changes its results.

import Columnar
import Dataflow
import State

/// Holds a changelog back until it ends, and emits the rows that are left.
///
/// - Input: a changelog with -U, rows dealt out by all columns.
/// - Output: insert-only: at the end of the input each row as often as it is there.
/// - State: each row that is there, with its count. Rows may be taken back before they have come, as long as they do come: changes of one
///   row need not arrive in order.
final class FinalRows: Operator {
  private var table: KeyedTable!
  private var outputSchema = Schema([])
  private var groups: [Int32] = []
  /// Rows that wait for room in the output, the last first; nil before the end.
  private var pending: [Int32]?

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    table = try context.keyedTable(
      "rows", of: "a collection of final rows",
      TableSchema(keys: outputSchema.fields, columns: [Field("count", .int64, isNullable: false)]))
  }

  private var counts: PackedIntegers { table.columns[0].int64 }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    table.resolve(batch.columns, rowCount: batch.rowCount, into: &groups)
    let counts = counts
    for row in groups.indices { counts[Int(groups[row])] += Int64(batch.change(row).sign) }
    for group in groups where table.groups.isLive(group) && counts[Int(group)] == 0 { table.remove(group) }
    return .done
  }

  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    guard watermark == .end else { return .done }
    var left = pending ?? table.groups.liveIDs.reversed()
    let counts = counts
    while let group = left.last {
      if output.isFull {
        pending = left
        return .yielded(nextRow: 0)
      }
      var owners: [Int32] = []
      var next: Int32? = group
      while let current = next, owners.count < RecordBatch.targetRowCount, output.pendingRowCount + owners.count < output.rowLimit {
        let count = counts[Int(current)]
        let taken = max(0, min(count, Int64(RecordBatch.targetRowCount - owners.count)))
        owners += repeatElement(current, count: Int(taken))
        counts[Int(current)] = count - taken
        if count == taken || count < 0 { left.removeLast() }
        next = left.last
      }
      output.emit(RecordBatch(schema: outputSchema, columns: table.groups.keyColumns(owners), rowCount: owners.count))
    }
    pending = left
    return .done
  }
}
