//  ORDER BY: rows in order, each once.
//  Source: Flink's RowTimeSortOperator, and its SortOperator for bounded input.

import Columnar
import Dataflow
import State

/// Emits the rows in an order.
///
/// - Input: insert-only, all rows to one subtask.
/// - Output: the input's rows. With a time they come as the watermark reaches their time: in order of it, rows of one time by the
///   further keys, equal ones as they came; without a time all at the end of the input.
/// - Lateness: a row whose time is not after that of the last row emitted is dropped and counted; one without a time is dropped.
/// - State: the rows that wait, and the time of the last row emitted.
final class Sort: Operator {
  private let spec: SortSpec
  private var table: KeyedTable!
  private var rows: RankedRows { table.rankings[0] }
  private var outputSchema = Schema([])
  private(set) var lateRowCount = 0

  init(_ spec: SortSpec) throws(OperatorError) {
    guard let first = spec.order.first, spec.time == nil || spec.time == first.column && !first.isDescending else {
      throw OperatorError(.internal, .never, "a sort by time begins with the time, ascending")
    }
    self.spec = spec
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    table = try context.keyedTable(
      "sorted", of: "a sort",
      TableSchema(
        keys: [], columns: [Field("emittedUpTo", .int64)],
        rankings: [.init("rows", context.inputSchemas[0].fields, order: spec.order)]))
  }

  /// The one group, and the time of the last row emitted.
  private func state() -> (group: Int32, times: PackedIntegers, valid: PagedColumn<UInt8>) {
    var groups: [Int32] = []
    table.resolve([], rowCount: 1, into: &groups)
    guard let valid = table.columns[0].valid else { preconditionFailure("a time may be missing") }
    return (groups[0], table.columns[0].int64, valid)
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let (group, times, valid) = state()
    rows.encode(batch.columns, rowCount: batch.rowCount)
    guard let time = spec.time else {
      for row in row..<batch.rowCount { rows.insert(row, into: group) }
      return .done
    }
    let column = batch.columns[time].widenedToInt64
    let emittedUpTo = valid[Int(group)] == 0 ? Int64?.none : times[Int(group)]
    for row in row..<batch.rowCount {
      if column.validity?.isValid(row) == false { continue }
      if let emittedUpTo, column.values[row] <= emittedUpTo {
        lateRowCount += 1
      } else {
        rows.insert(row, into: group)
      }
    }
    return .done
  }

  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    if spec.time == nil, watermark != .end { return .done }
    let (group, times, valid) = state()
    while rows.count(in: group) > 0 {
      if output.isFull { return .yielded(nextRow: 0) }
      var due: [Int32] = []
      let room = max(1, min(RecordBatch.targetRowCount, output.rowLimit - output.pendingRowCount))
      rows.entries(in: group, at: 1...room, into: &due)
      var columns = rows.columns(of: due)
      var count = due.count
      if let time = spec.time {
        let values = columns[time].widenedToInt64.values
        count = values.firstIndex { $0 > watermark.microseconds } ?? count
        if count == 0 { return .done }
        times[Int(group)] = values[count - 1]
        valid[Int(group)] = 1
      }
      if count < due.count { columns = columns.map { $0.take((0..<Int32(count)).map { $0 }) } }
      output.emit(RecordBatch(schema: outputSchema, columns: columns, rowCount: count))
      for entry in due[..<count] { rows.remove(entry, of: group) }
      rows.release()
      if count < due.count { return .done }
    }
    return .done
  }
}
