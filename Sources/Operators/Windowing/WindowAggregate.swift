//  GROUP BY keys and a window, in one phase or as the global of two.
//  Source: Flink's WindowAggOperator and SlicingWindowProcessor; Akidau et al., "The Dataflow Model", VLDB 2015.

import Columnar
import Dataflow
import Expressions
import State

/// Aggregates rows by key and window of event or processing time.
///
/// - Input: rows in any order; in the global phase partial results `[keys..., slice end, accumulators...]`. Insert-only, unless
///   `consumesRetractions` is set: then a row that is taken back leaves the windows of its own time. Times are taken as clocks of
///   the session's zone show them if they are TIMESTAMP_LTZ. Of attached windows the time is the window's end.
/// - Output: `[keys..., aggregates..., properties...]`, once per (window, key) that has a row, when the watermark has come to
///   one millisecond before the window's end; windows in the order of their ends.
/// - Late rows: a row is late when all of its windows are closed; it is counted and dropped. A row of which some windows are
///   open is in those. In the global phase the partial results are counted, not the rows in them.
/// - On processing time rows belong to the time of their batch, none is late, and a window is emitted when the clock has come to
///   its end, or at the end of the input. After a restore at another parallelism a hopping or cumulating window that some
///   subtasks had emitted at the checkpoint may be emitted again.
/// - Rows with a NULL time are dropped; those whose time is beyond `SliceAssigner.timeRange` count as late.
/// - State: accumulators per (slice, key), and how many rows there are where rows are taken back, dropped with the last window of
///   the slice; what has come out of a cumulating window is one slice; the watermark, so that a row that was late before a restart
///   is late after it.
final class WindowAggregate: Operator {
  private let spec: WindowAggregateSpec
  private let assigner: SliceAssigner
  private let aggregates: AggregateSet
  /// Nil where no row is taken back.
  private let rowCount: RowCount?
  /// The time column says where a row's slice ends.
  private let hasSliceEnds: Bool
  private var clock: WindowProgress!
  private var windows: SlicedWindows!
  private var outputSchema = Schema([])
  private var firing: FiringWindow?
  private var groups: [Int32] = []
  private(set) var lateRowCount = 0

  init(_ spec: WindowAggregateSpec) throws(OperatorError) {
    precondition(spec.phase != .local, "the local phase is an operator of its own")
    self.spec = spec
    let retracts = spec.consumesRetractions == true
    precondition(!retracts || spec.phase == .complete, "rows are taken back in one phase")
    rowCount = retracts ? RowCount(column: 0) : nil
    if case .attached = spec.kind { hasSliceEnds = true } else { hasSliceEnds = spec.phase == .global }
    assigner = try SliceAssigner(spec.kind)
    aggregates = try AggregateSet(spec.aggregates, retracts: retracts, columnOffset: retracts ? 1 : 0)
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    clock = try WindowProgress(spec, context)
    let slices = try context.windowedTable(
      "windows", of: "a window aggregation",
      TableSchema(
        keys: spec.keys.map { context.inputSchemas[0][$0] }, columns: (rowCount == nil ? [] : [RowCount.field]) + aggregates.columns,
        multimaps: aggregates.multimaps))
    windows = SlicedWindows(slices, assigner, aggregates, rowCount, closedEnd: clock.due)
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    if clock.isProcessingTime {
      // A clock that is set back goes on with the next window that is open.
      let slice = assigner.sliceEnd(max(clock.zone.local(output.now), windows.closedEnd))
      if assigner.isInWindow(slice: slice), let table = windows.table(ofSlice: slice) { add(batch, .all, to: table) }
      return .done
    }
    let times = batch.columns[spec.time].widenedToInt64
    let routing = hasSliceEnds ? SliceRouting(sliceEnds: times) : routing(clock.zone.local(times))
    lateRowCount += routing.outOfRangeCount
    for slice in routing.slices where assigner.isInWindow(slice: slice.end) {
      if let table = windows.table(ofSlice: slice.end) {
        add(batch, slice.rows, to: table)
      } else {
        lateRowCount += slice.count
      }
    }
    return .done
  }

  /// A row that is taken back goes to where the row is that it takes back.
  private func routing(_ times: FixedColumn<Int64>) -> SliceRouting {
    if rowCount == nil { return SliceRouting(times, assigner) }
    return SliceRouting(times, width: assigner.width) { windows.keptSlice(assigner.sliceEnd($0)) }
  }

  private func add(_ batch: RecordBatch, _ rows: SliceRouting.Rows, to table: KeyedTable) {
    let (columns, count) = rows.take(
      spec.phase == .global ? Set(batch.columns.indices) : aggregates.inputColumns.union(spec.keys), of: batch)
    table.resolve(spec.keys.map { columns[$0] }, rowCount: count, into: &groups)
    if spec.phase == .global {
      aggregates.merge(columns[(spec.keys.count + 1)...], groups: groups, in: table)
    } else if let rowCount {
      let deltas = rows.take(RowCount.deltas(batch))
      let counted = rowCount.add(deltas, to: groups, in: table)
      aggregates.accumulate(columns, groups: counted, signs: batch.changes == nil ? nil : deltas, in: table)
    } else {
      aggregates.accumulate(columns, groups: groups, signs: nil, in: table)
    }
  }

  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    clock.advance(to: watermark) ? try fire(endingBy: clock.due, into: &output) : .done
  }

  func advance(toProcessingTime now: Int64, into output: inout Output) throws(OperatorError) -> Progress {
    clock.advance(toProcessingTime: now) ? try fire(endingBy: clock.due, into: &output) : .done
  }

  func finish(into output: inout Output) throws(OperatorError) -> Progress {
    clock.isProcessingTime ? try fire(endingBy: .max, into: &output) : .done
  }

  var nextProcessingTimer: Int64? { clock.isProcessingTime ? windows.nextEnd.map(clock.zone.moment) : nil }

  /// Emits and closes the windows that end at or before `due`.
  private func fire(endingBy due: Int64, into output: inout Output) throws(OperatorError) -> Progress {
    while var window = firing ?? windows.nextWindow(endingBy: due) {
      while let groups = window.nextGroups() {
        output.emit(try batch(groups, of: window, now: output.now))
        if output.isFull {
          firing = window
          return .yielded(nextRow: 0)
        }
      }
      firing = nil
      windows.close(upTo: window.end)
    }
    windows.close(upTo: due)
    return .done
  }

  private func batch(_ groups: [Int32], of window: FiringWindow, now: Int64) throws(OperatorError) -> RecordBatch {
    let properties = spec.properties.map { property -> Column in
      let time =
        switch property {
        case .start: assigner.start(ofWindow: window.end)
        case .end: window.end
        case .time: clock.time(ofWindowEndingAt: window.end, now: now)
        }
      return .int64(FixedColumn([Int64](repeating: time, count: groups.count)))
    }
    return RecordBatch(
      schema: outputSchema,
      columns: window.table.groups.keyColumns(groups) + (try aggregates.results(of: groups, in: window.table)) + properties,
      rowCount: groups.count)
  }
}
