//  A window table function on its own: rows with the windows they are in.
//  Source: Flink's WindowTableFunctionOperator.

import Columnar
import Dataflow

/// Repeats each row for each of its windows, in the order of the windows' ends.
///
/// - Input: rows of any change kind, which they keep. Rows with a NULL time, or one beyond `SliceAssigner.timeRange`, are dropped. On
///   processing time rows belong to the time of their batch.
/// - Output: the input's columns, `window_start`, `window_end`, `window_time` (end - 1 ms; the time of the batch on processing time).
///   Start and end are by the session's clocks over TIMESTAMP_LTZ.
/// - State: none; nothing is late here.
final class WindowTable: Operator {
  private let spec: WindowTableSpec
  private let assigner: SliceAssigner
  private var zone: WindowZone!
  private var outputSchema = Schema([])
  /// Up to where the windows of the row at hand have been given.
  private var givenEnd = Int64.min

  init(_ spec: WindowTableSpec) throws(OperatorError) {
    self.spec = spec
    assigner = try SliceAssigner(spec.kind)
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    zone = WindowZone(of: context.inputSchemas[0][spec.time].type, context)
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let isProcessingTime = spec.clock == .processingTime
    let now = FixedColumn(isProcessingTime ? [Int64](repeating: output.now, count: batch.rowCount) : [])
    let times = zone.local(isProcessingTime ? now : batch.columns[spec.time].widenedToInt64)
    var row = row
    while row < batch.rowCount {
      if output.isFull { return .yielded(nextRow: row) }
      var rows: [Int32] = []
      var ends: [Int64] = []
      while row < batch.rowCount, rows.count < RecordBatch.targetRowCount {
        if let end = nextWindow(times, row) {
          rows.append(Int32(row))
          ends.append(end)
          givenEnd = end
        } else {
          givenEnd = .min
          row += 1
        }
      }
      emit(batch, rows, ends, into: &output)
    }
    return .done
  }

  private func nextWindow(_ times: FixedColumn<Int64>, _ row: Int) -> Int64? {
    guard times.isValid(row), SliceAssigner.timeRange.contains(times.values[row]) else { return nil }
    let slice = assigner.sliceEnd(times.values[row])
    guard assigner.isInWindow(slice: slice), let end = assigner.firstWindowEnd(ofSlice: slice, after: givenEnd) else { return nil }
    return end > givenEnd ? end : nil
  }

  private func emit(_ batch: RecordBatch, _ rows: [Int32], _ ends: [Int64], into output: inout Output) {
    let isWhole = rows.count == batch.rowCount && rows.enumerated().allSatisfy { Int($1) == $0 }
    let taken = isWhole ? batch : batch.take(rows)
    let now = output.now
    let times = spec.clock == .processingTime ? ends.map { _ in now } : ends.map(zone.lastTime)
    output.emit(
      RecordBatch(
        schema: outputSchema,
        columns: taken.columns + [
          .int64(FixedColumn(ends.map { assigner.start(ofWindow: $0) })), .int64(FixedColumn(ends)),
          .int64(FixedColumn(times)),
        ], rowCount: rows.count, changes: taken.changes))
  }
}
