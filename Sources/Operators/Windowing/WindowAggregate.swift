//  GROUP BY keys and a window, in one phase or as the global of two.
//  Source: Flink's WindowAggOperator and SlicingWindowProcessor; Akidau et al., "The Dataflow Model", VLDB 2015.

import Columnar
import Dataflow
import Expressions
import State

/// Aggregates rows by key and window of event or processing time.
///
/// - Input: rows in any order; in the global phase partial results `[keys..., slice end, accumulators...]`. Insert-only. Times are
///   taken as clocks of the session's zone show them if they are TIMESTAMP_LTZ. Of attached windows the time is the window's end.
/// - Output: `[keys..., aggregates..., properties...]`, once per (window, key) that has a row, when the watermark has come to
///   one millisecond before the window's end; windows in the order of their ends.
/// - Late rows: a row is late when all of its windows are closed; it is counted and dropped. A row of which some windows are
///   open is in those. In the global phase the partial results are counted, not the rows in them.
/// - On processing time rows belong to the time of their batch, none is late, and a window is emitted when the clock has come to
///   its end, or at the end of the input. After a restore at another parallelism a hopping or cumulating window that some
///   subtasks had emitted at the checkpoint may be emitted again.
/// - Rows with a NULL time are dropped; those whose time is beyond `SliceAssigner.timeRange` count as late.
/// - State: accumulators per (slice, key), dropped with the last window of the slice; what has come out of a cumulating window is one
///   slice; the watermark, so that a row that was
///   late before a restart is late after it.
final class WindowAggregate: Operator {
  private let spec: WindowAggregateSpec
  private let assigner: SliceAssigner
  private let aggregates: AggregateSet
  private var slices: WindowedTable!
  private let isProcessingTime: Bool
  /// The time column says where a row's slice ends.
  private let hasSliceEnds: Bool
  private var zone: WindowZone!
  private var clock: SavedClock!
  private var outputSchema = Schema([])
  /// Windows up to this end have been fired.
  private var closedEnd = Int64.min
  private var firing: FiringWindow?
  private var groups: [Int32] = []
  private(set) var lateRowCount = 0

  init(_ spec: WindowAggregateSpec) throws(OperatorError) {
    precondition(spec.phase != .local, "the local phase is an operator of its own")
    self.spec = spec
    isProcessingTime = spec.clock == .processingTime
    if case .attached = spec.kind { hasSliceEnds = true } else { hasSliceEnds = spec.phase == .global }
    assigner = try SliceAssigner(spec.kind)
    aggregates = try AggregateSet(spec.aggregates, retracts: false)
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    do throws(StateError) {
      slices = try context.state.windowedTable(
        "windows",
        TableSchema(keys: spec.keys.map { context.inputSchemas[0][$0] }, columns: aggregates.columns, multimaps: aggregates.multimaps))
    } catch {
      throw OperatorError(.internal, .never, "the state of a window aggregation could not be restored", cause: error)
    }
    zone = WindowZone(spec, context)
    clock = try SavedClock("watermark", context)
    closedEnd = clock.time == .min ? .min : due
  }

  /// Windows up to this end are due.
  private var due: Int64 { isProcessingTime ? zone.earliest(from: clock.time) : zone.closedEnd(by: clock.time) }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    if isProcessingTime {
      // A clock that is set back goes on with the next window that is open.
      let slice = assigner.sliceEnd(max(zone.local(output.now), closedEnd))
      if assigner.isInWindow(slice: slice) { add(batch, .all, to: slices.makeTable(slice)) }
      return .done
    }
    let times = batch.columns[spec.time].widenedToInt64
    let routing = hasSliceEnds ? SliceRouting(sliceEnds: times) : SliceRouting(zone.local(times), assigner)
    lateRowCount += routing.outOfRangeCount
    for slice in routing.slices {
      if !hasSliceEnds, !assigner.isInWindow(slice: slice.end) { continue }
      if assigner.lastWindowEnd(ofSlice: slice.end) <= closedEnd {
        lateRowCount += slice.count
        continue
      }
      add(batch, slice.rows, to: slices.makeTable(slice.end))
    }
    return .done
  }

  private func add(_ batch: RecordBatch, _ rows: SliceRouting.Rows, to table: KeyedTable) {
    var columns = batch.columns
    var count = batch.rowCount
    if case .some(let rows) = rows {
      count = rows.count
      let needed = spec.phase == .global ? Set(columns.indices) : aggregates.inputColumns.union(spec.keys)
      for position in needed { columns[position] = columns[position].take(rows) }
    }
    table.resolve(spec.keys.map { columns[$0] }, rowCount: count, into: &groups)
    if spec.phase == .global {
      aggregates.merge(columns[(spec.keys.count + 1)...], groups: groups, in: table)
    } else {
      aggregates.accumulate(columns, groups: groups, signs: nil, in: table)
    }
  }

  func advance(to next: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    if isProcessingTime { return .done }
    clock.advance(to: next.microseconds)
    return try fire(endingBy: due, into: &output)
  }

  func advance(toProcessingTime now: Int64, into output: inout Output) throws(OperatorError) -> Progress {
    guard isProcessingTime else { return .done }
    clock.advance(to: now)
    return try fire(endingBy: due, into: &output)
  }

  func finish(into output: inout Output) throws(OperatorError) -> Progress {
    isProcessingTime ? try fire(endingBy: .max, into: &output) : .done
  }

  var nextProcessingTimer: Int64? {
    guard isProcessingTime, let first = slices.windows.first else { return nil }
    return assigner.firstWindowEnd(ofSlice: first, after: closedEnd).map(zone.moment)
  }

  private func fire(endingBy due: Int64, into output: inout Output) throws(OperatorError) -> Progress {
    while true {
      if firing == nil { firing = nextWindow(endingBy: due) }
      guard var window = firing else { break }
      while let batch = try window.nextBatch(spec, aggregates, assigner, zone, outputSchema, now: output.now) {
        output.emit(batch)
        if output.isFull {
          firing = window
          return .yielded(nextRow: 0)
        }
      }
      firing = nil
      closedEnd = window.end
      while let slice = slices.windows.first, assigner.lastWindowEnd(ofSlice: slice) <= closedEnd { slices.remove(slice) }
    }
    closedEnd = max(closedEnd, due)
    return .done
  }

  /// The next window that is due, with the aggregates of its slices merged.
  private func nextWindow(endingBy due: Int64) -> FiringWindow? {
    guard let first = slices.windows.first, let end = assigner.firstWindowEnd(ofSlice: first, after: closedEnd), end <= due else {
      return nil
    }
    let start = assigner.start(ofWindow: end)
    let parts = slices.windows.filter { start < $0 && $0 <= end }
    if case .cumulate = spec.kind {
      // Every later window that has one of these slices has them all: they stay one, in place of the first.
      let first = slices.makeTable(start + assigner.width)
      for part in parts where part > start + assigner.width {
        merge(slices.table(part)!, into: first)
        slices.remove(part)
      }
      return FiringWindow(end: end, table: first)
    }
    if parts.count == 1 { return FiringWindow(end: end, table: slices.table(parts[0])!) }
    let merged = KeyedTable(slices.schema)
    for part in parts { merge(slices.table(part)!, into: merged) }
    return FiringWindow(end: end, table: merged)
  }

  private func merge(_ part: KeyedTable, into merged: KeyedTable) {
    for start in stride(from: 0, to: part.groups.idCount, by: RecordBatch.targetRowCount) {
      let sources = part.groups.liveIDs(in: start..<min(start + RecordBatch.targetRowCount, part.groups.idCount))
      merged.resolve(part.groups.keyColumns(sources), rowCount: sources.count, into: &groups)
      aggregates.merge(from: part, sources: sources, groups: groups, in: merged)
    }
  }
}

/// A window that is being emitted.
struct FiringWindow {
  let end: Int64
  private let table: KeyedTable
  /// Groups from this one on have not been given.
  private var next = 0

  init(end: Int64, table: KeyedTable) {
    self.end = end
    self.table = table
  }

  /// The next rows of the window; nil when all have been given.
  mutating func nextBatch(
    _ spec: WindowAggregateSpec, _ aggregates: AggregateSet, _ assigner: SliceAssigner, _ zone: WindowZone, _ schema: Schema,
    now: Int64
  ) throws(OperatorError) -> RecordBatch? {
    var rows: [Int32] = []
    while rows.isEmpty {
      guard next < table.groups.idCount else { return nil }
      let end = min(next + RecordBatch.targetRowCount, table.groups.idCount)
      rows = table.groups.liveIDs(in: next..<end)
      next = end
    }
    let properties = spec.properties.map { property -> Column in
      let time =
        switch property {
        case .start: assigner.start(ofWindow: end)
        case .end: end
        // Read as a value, processing time is the time of reading.
        case .time: spec.clock == .processingTime ? now : zone.lastTime(ofWindowEndingAt: end)
        }
      return .int64(FixedColumn([Int64](repeating: time, count: rows.count)))
    }
    return RecordBatch(
      schema: schema, columns: table.groups.keyColumns(rows) + (try aggregates.results(of: rows, in: table)) + properties,
      rowCount: rows.count)
  }
}
