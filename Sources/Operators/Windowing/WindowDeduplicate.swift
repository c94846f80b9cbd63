//  Deduplication of each window: the first or the last row of a key.
//  Source: Flink's RowTimeWindowDeduplicateProcessor.

import Columnar
import Dataflow
import State

/// Emits of each window and key the row with the least or the greatest event time, when the watermark closes the window; of rows with
/// equal times the one that came first, or last.
///
/// - Input: insert-only rows with the end of their window, in any order. Rows without a time are dropped.
/// - Output: insert-only, the input's columns.
/// - Late rows, those of closed windows, are counted and dropped.
/// - State: one row of each key of the open windows; the watermark.
final class WindowDeduplicate: Operator {
  private let spec: WindowDeduplicateSpec
  private var windows: AttachedWindows!
  private var outputSchema = Schema([])
  private var groups: [Int32] = []
  var lateRowCount: Int { windows.lateRowCount }

  init(_ spec: WindowDeduplicateSpec) { self.spec = spec }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    let input = context.inputSchemas[0]
    windows = try AttachedWindows(context, isLocal: spec.window.isLocal, .edgeRows(keys: spec.keys.map { input[$0] }, input))
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let times = batch.columns[spec.time].widenedToInt64
    let timed = times.validity == nil ? batch : batch.take((0..<Int32(batch.rowCount)).filter { times.isValid(Int($0)) })
    windows.route(timed, ends: spec.window.end) { table, columns, rowCount in
      table.resolve(spec.keys.map { columns[$0] }, rowCount: rowCount, into: &groups)
      table.keepEdges(of: columns, groups: groups, time: spec.time, spec.keeps)
    }
    return .done
  }

  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    windows.advance(to: watermark)
    return windows.emitDue(into: &output) { left, table, output in
      let part = Array(left.suffix(RecordBatch.targetRowCount).reversed())
      left.removeLast(part.count)
      output.emit(
        RecordBatch(schema: outputSchema, columns: table.columns.dropFirst().map { $0.gather(part) }, rowCount: part.count))
    }
  }
}
