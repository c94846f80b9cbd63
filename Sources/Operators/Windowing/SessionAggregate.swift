//  GROUP BY keys and a session: which rows are late, and what is emitted. How sessions are found is up to `SessionSlices`.
//  Source: Flink's SessionWindowAssigner and EventTimeTrigger.

import Columnar
import Dataflow
import Expressions
import State

/// Aggregates rows by key and session: rows of a key that follow each other within the gap.
///
/// - Input: rows in any order; insert-only, unless `consumesRetractions` is set. A row that is taken back stretches its session as
///   any other does, and a session with no rows left is not emitted. Rows with a NULL time are dropped. Times are taken as clocks
///   of the session's zone show them if they are TIMESTAMP_LTZ.
/// - Output: `[keys..., aggregates..., properties...]`, once per session, when the clock has come to one millisecond before the
///   gap after its last row; on processing time to the gap itself, and for all that is open at the end of the input.
/// - Late rows: a row is late when the session that it would be in is closed already, so one that comes late but touches an open
///   session is in that. Late rows and those beyond `SliceAssigner.timeRange` are counted and dropped.
/// - State: that of `SessionSlices`, dropped with the session; the clock.
final class SessionAggregate: Operator {
  private let spec: WindowAggregateSpec
  private let gap: Int64
  let assigner: SliceAssigner
  private let aggregates: AggregateSet
  /// Nil where no row is taken back.
  private let rowCount: RowCount?
  private var sessions: SessionSlices!
  private var clock: WindowProgress!
  private var outputSchema = Schema([])
  private(set) var lateRowCount = 0
  /// The rows of the last batch whose session is closed.
  private(set) var lateRows: [Int32] = []

  init(_ spec: WindowAggregateSpec, gap: Int64) throws(OperatorError) {
    precondition(spec.phase == .complete, "sessions are aggregated in one phase")
    self.spec = spec
    self.gap = gap
    assigner = try SliceAssigner(.tumble(size: gap, offset: 0))
    rowCount = spec.consumesRetractions == true ? RowCount(column: SessionTimes.fields.count) : nil
    aggregates = try AggregateSet(
      spec.aggregates, retracts: rowCount != nil, columnOffset: SessionTimes.fields.count + (rowCount == nil ? 0 : 1))
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    sessions = try SessionSlices(spec, gap: gap, aggregates, rowCount, context)
    clock = try WindowProgress(spec, context)
  }

  // MARK: Rows

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    lateRows.removeAll(keepingCapacity: true)
    let times = times(of: batch, now: output.now)
    if clock.isProcessingTime {
      if let now = times.values.first { sessions.add(batch, times.values, to: assigner.sliceEnd(now)) }
      return .done
    }
    let bound = clock.due
    // Behind this a row is in an open session or late, which depends on the rows before it.
    let doubtful = bound < SliceAssigner.timeRange.lowerBound ? .min : bound - gap
    var start = 0
    for row in 0..<batch.rowCount where times.isValid(row) && times.values[row] <= doubtful {
      if start < row { route(batch.slice(start..<row)) }
      start = row + 1
      if !addDoubtful(batch.slice(row..<(row + 1)), times.values[row]) { lateRows.append(Int32(row)) }
    }
    if start < batch.rowCount { route(start == 0 ? batch : batch.slice(start..<batch.rowCount)) }
    lateRowCount += lateRows.count
    return .done
  }

  /// When rows are, as sessions see it.
  func times(of batch: RecordBatch, now: Int64) -> FixedColumn<Int64> {
    if !clock.isProcessingTime { return clock.zone.local(batch.columns[spec.time].widenedToInt64) }
    // A clock that is set back adds to what is there.
    return FixedColumn([Int64](repeating: max(clock.zone.local(now), clock.due), count: batch.rowCount))
  }

  private func route(_ batch: RecordBatch) {
    let times = clock.zone.local(batch.columns[spec.time].widenedToInt64)
    let routing = SliceRouting(times, assigner)
    lateRowCount += routing.outOfRangeCount
    for slice in routing.slices {
      switch slice.rows {
      case .all: sessions.add(batch, times.values, to: slice.end)
      case .some(let rows): sessions.add(batch.take(rows), rows.map { times.values[Int($0)] }, to: slice.end)
      }
    }
  }

  /// A row whose own window is closed: it is in the first session after it that is open, if that begins within the gap, else late.
  private func addDoubtful(_ row: RecordBatch, _ time: Int64) -> Bool {
    guard SliceAssigner.timeRange.contains(time) else { return false }
    guard let slice = sessions.slice(from: assigner.sliceEnd(time), ofSessionTouching: row, time) else { return false }
    sessions.add(row, [time], to: slice)
    return true
  }

  // MARK: Closing

  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    clock.advance(to: watermark) ? try close(clock.due, into: &output) : .done
  }

  func advance(toProcessingTime now: Int64, into output: inout Output) throws(OperatorError) -> Progress {
    clock.advance(toProcessingTime: now) ? try close(clock.due, into: &output) : .done
  }

  func finish(into output: inout Output) throws(OperatorError) -> Progress {
    clock.isProcessingTime ? try close(.max, into: &output) : .done
  }

  var nextProcessingTimer: Int64? { clock.isProcessingTime ? sessions.nextEnd.map(clock.zone.moment) : nil }

  /// Emits the sessions that end at or before `bound`.
  private func close(_ bound: Int64, into output: inout Output) throws(OperatorError) -> Progress {
    let isDone = try sessions.close(bound) { (ended, table) throws(OperatorError) in
      try emit(ended, of: table, into: &output)
      return !output.isFull
    }
    return isDone ? .done : .yielded(nextRow: 0)
  }

  private func emit(_ ended: [Int32], of table: KeyedTable, into output: inout Output) throws(OperatorError) {
    let ids = rowCount?.there(ended, in: table) ?? ended
    if ids.isEmpty { return }
    let starts = SessionTimes(table).firsts.gather(ids)
    let ends = SessionTimes(table).lasts.gather(ids).map { $0 + gap }
    let properties = spec.properties.map { property -> Column in
      switch property {
      case .start: .int64(FixedColumn(starts))
      case .end: .int64(FixedColumn(ends))
      case .time: .int64(FixedColumn(ends.map { clock.time(ofWindowEndingAt: $0, now: output.now) }))
      }
    }
    output.emit(
      RecordBatch(
        schema: outputSchema, columns: table.groups.keyColumns(ids) + (try aggregates.results(of: ids, in: table)) + properties,
        rowCount: ids.count))
  }
}
