//  Deduplication that keeps the first row of each key by event time.
//  Source: Flink's RowTimeDeduplicateKeepFirstRowFunction.

import Columnar
import Dataflow
import State

/// Keeps the row with the least event time; of rows with equal times the one that came first.
///
/// - Input: insert-only. Rows behind the watermark are dropped and counted as late; rows without a time are dropped.
/// - Output: insert-only. A key's row comes when the watermark has reached its time, earlier ones first; later rows of the
///   key are dropped.
/// - State: the rows that wait, and the keys whose row has come; these until the time to live after it came.
final class DeduplicateFirst: Operator {
  private let spec: DeduplicateSpec
  private var waiting: KeyedTable!
  private var emitted: KeyedTable!
  private var expiry: GroupExpiry?
  private var outputSchema = Schema([])
  private var watermark: Int64 = .min
  private(set) var lateRowCount = 0
  private var groups: [Int32] = []
  private var done: [Int32] = []
  /// Groups whose time the watermark has reached and that wait for room in the output.
  private var due: [Int32] = []

  init(_ spec: DeduplicateSpec) { self.spec = spec }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    let input = context.inputSchemas[0]
    let keys = spec.keys.map { input[$0] }
    waiting = try context.keyedTable("waiting", of: "a deduplication", .edgeRows(keys: keys, input))
    emitted = try context.keyedTable(
      "emitted", of: "a deduplication", TableSchema(keys: keys, columns: GroupExpiry.fields(spec.timeToLive)))
    expiry = GroupExpiry(spec.timeToLive, of: emitted)
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    let times = batch.columns[spec.time].widenedToInt64
    let keys = spec.keys.map { batch.columns[$0] }
    emitted.groups.find(keys, rowCount: batch.rowCount, into: &done)
    if expiry?.expire(done, now: output.now) == true { emitted.groups.find(keys, rowCount: batch.rowCount, into: &done) }
    var rows: [Int32] = []
    for row in 0..<batch.rowCount {
      if times.validity?.isValid(row) == false { continue }
      if times.values[row] < watermark {
        lateRowCount += 1
      } else if done[row] < 0 {
        rows.append(Int32(row))
      }
    }
    if !rows.isEmpty {
      let kept = rows.count == batch.rowCount ? batch : batch.take(rows)
      waiting.resolve(spec.keys.map { kept.columns[$0] }, rowCount: kept.rowCount, into: &groups)
      waiting.keepEdges(of: kept.columns, groups: groups, time: spec.time, .first)
    }
    return .done
  }

  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    if due.isEmpty {
      self.watermark = watermark.microseconds
      findDue()
    }
    while !due.isEmpty {
      if output.isFull { return .yielded(nextRow: 0) }
      let part = Array(due.suffix(RecordBatch.targetRowCount).reversed())
      due.removeLast(part.count)
      var unused: [Int32] = []
      emitted.resolve(waiting.groups.keyColumns(part), rowCount: part.count, into: &unused)
      expiry?.touch(unused, now: output.now)
      output.emit(
        RecordBatch(schema: outputSchema, columns: waiting.columns.dropFirst().map { $0.gather(part) }, rowCount: part.count))
      for group in part { waiting.remove(group) }
    }
    return .done
  }

  /// Latest first, so that the earliest is taken off the end.
  private func findDue() {
    let times = waiting.columns[0].int64
    due = waiting.groups.liveIDs.filter { times[Int($0)] <= watermark }
    due.sort { times[Int($0)] != times[Int($1)] ? times[Int($0)] > times[Int($1)] : $0 > $1 }
  }
}
