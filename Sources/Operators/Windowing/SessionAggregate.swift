//  GROUP BY keys and a session. Sessions are not merged row by row: time is cut into slices as long as the gap, within which
//  the rows of a key can only be one session, and a session that goes on is handed to the next slice once it is due.
//  Source: Flink's MergingWindowProcessFunction and SessionWindowAssigner for what is a session and what is late.

import Columnar
import Dataflow
import Expressions
import State

/// Aggregates rows by key and session: rows of a key that follow each other within the gap.
///
/// - Input: rows in any order, insert-only. Rows with a NULL time are dropped. Times are taken as clocks of the session's zone show them
///   if they are TIMESTAMP_LTZ.
/// - Output: `[keys..., aggregates..., properties...]`, once per session, when the clock has come to one millisecond before the
///   gap after its last row; on processing time to the gap itself, and for all that is open at the end of the input.
/// - Late rows: a row is late when the session that it would be in is closed already, so one that comes late but touches an open
///   session is in that. Late rows and those beyond `SliceAssigner.timeRange` are counted and dropped.
/// - State: accumulators, first and last time per (slice, key), dropped with the session; the clock.
/// - Cost: one group look-up a row and one merge for each slice that a session spans. Once a slice is due it is sorted by time,
///   and again if rows still come into it.
final class SessionAggregate: Operator {
  private let spec: WindowAggregateSpec
  private let gap: Int64
  private let isProcessingTime: Bool
  let assigner: SliceAssigner
  private let aggregates: AggregateSet
  private let ordersValues: Bool
  private var zone: WindowZone!
  private var slices: WindowedTable!
  private var clock: SavedClock!
  private var outputSchema = Schema([])
  /// Groups of due slices by the time of their last row, the latest first; missing where the slice has changed.
  private var due: [Int64: [Int32]] = [:]
  private var groups: [Int32] = []
  private(set) var lateRowCount = 0
  /// The rows of the last batch whose session is closed.
  private(set) var lateRows: [Int32] = []

  init(_ spec: WindowAggregateSpec, gap: Int64) throws(OperatorError) {
    precondition(spec.phase == .complete, "sessions are aggregated in one phase")
    self.spec = spec
    self.gap = gap
    isProcessingTime = spec.clock == .processingTime
    assigner = try SliceAssigner(.tumble(size: gap, offset: 0))
    aggregates = try AggregateSet(spec.aggregates, retracts: false, columnOffset: 2)
    ordersValues = spec.aggregates.contains { $0.function == .firstValue || $0.function == .lastValue }
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    do throws(StateError) {
      slices = try context.state.windowedTable(
        "sessions",
        TableSchema(
          keys: spec.keys.map { context.inputSchemas[0][$0] },
          columns: [Field("first", .int64, isNullable: true), Field("last", .int64, isNullable: true)] + aggregates.columns,
          multimaps: aggregates.multimaps))
    } catch {
      throw OperatorError(.internal, .never, "the state of a session aggregation could not be restored", cause: error)
    }
    zone = WindowZone(spec, context)
    clock = try SavedClock("watermark", context)
  }

  // MARK: Rows

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    lateRows.removeAll(keepingCapacity: true)
    let times = times(of: batch, now: output.now)
    if isProcessingTime {
      if let now = times.values.first { add(batch, times.values, to: assigner.sliceEnd(now)) }
      return .done
    }
    let bound = zone.closedEnd(by: clock.time)
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
    if !isProcessingTime { return zone.local(batch.columns[spec.time].widenedToInt64) }
    // A clock that is set back adds to what is there.
    return FixedColumn([Int64](repeating: max(zone.local(now), zone.earliest(from: clock.time)), count: batch.rowCount))
  }

  private func route(_ batch: RecordBatch) {
    let times = zone.local(batch.columns[spec.time].widenedToInt64)
    let routing = SliceRouting(times, assigner)
    lateRowCount += routing.outOfRangeCount
    for slice in routing.slices {
      switch slice.rows {
      case .all: add(batch, times.values, to: slice.end)
      case .some(let rows): add(batch.take(rows), rows.map { times.values[Int($0)] }, to: slice.end)
      }
    }
  }

  /// A row whose own window is closed: it is in the first session after it that is open, if that begins within the gap, else late.
  private func addDoubtful(_ row: RecordBatch, _ time: Int64) -> Bool {
    guard SliceAssigner.timeRange.contains(time) else { return false }
    let end = assigner.sliceEnd(time)
    for slice in slices.windows where slice >= end {
      guard let table = slices.table(slice) else { continue }
      table.groups.find(spec.keys.map { row.columns[$0] }, rowCount: 1, into: &groups)
      guard groups[0] >= 0 else { continue }
      if table.columns[0].int64[Int(groups[0])] - time > gap { break }
      add(row, [time], to: slice)
      return true
    }
    return false
  }

  private func add(_ batch: RecordBatch, _ times: [Int64], to slice: Int64) {
    let table = slices.makeTable(slice)
    table.resolve(spec.keys.map { batch.columns[$0] }, rowCount: batch.rowCount, into: &groups)
    Self.stretch(table, groups, first: times, last: times)
    aggregates.accumulate(batch.columns, groups: groups, signs: nil, in: table)
    due[slice] = nil
  }

  /// Sets the first and the last time of groups to what includes others.
  private static func stretch(_ table: KeyedTable, _ groups: [Int32], first: [Int64], last: [Int64]) {
    let (firsts, lasts) = (table.columns[0].int64, table.columns[1].int64)
    guard let valid = table.columns[0].valid, let validLast = table.columns[1].valid else {
      preconditionFailure("times may be null")
    }
    for row in groups.indices {
      let group = Int(groups[row])
      if valid[group] == 0 {
        valid[group] = 1
        validLast[group] = 1
        firsts[group] = first[row]
        lasts[group] = last[row]
      } else {
        if first[row] < firsts[group] { firsts[group] = first[row] }
        if last[row] > lasts[group] { lasts[group] = last[row] }
      }
    }
  }

  // MARK: Closing

  func advance(to next: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    if isProcessingTime { return .done }
    clock.advance(to: next.microseconds)
    return try close(zone.closedEnd(by: clock.time), into: &output)
  }

  func advance(toProcessingTime now: Int64, into output: inout Output) throws(OperatorError) -> Progress {
    guard isProcessingTime else { return .done }
    clock.advance(to: now)
    return try close(zone.earliest(from: clock.time), into: &output)
  }

  func finish(into output: inout Output) throws(OperatorError) -> Progress {
    isProcessingTime ? try close(.max, into: &output) : .done
  }

  var nextProcessingTimer: Int64? {
    guard isProcessingTime, let slice = slices.windows.first else { return nil }
    // The last row of a slice is within it, so that nothing closes before its end.
    guard let next = due[slice]?.last, let table = slices.table(slice) else { return zone.moment(of: slice) }
    return zone.moment(of: table.columns[1].int64[Int(next)] + gap)
  }

  /// Emits the sessions that end at or before `bound`.
  private func close(_ bound: Int64, into output: inout Output) throws(OperatorError) -> Progress {
    var position = 0
    while position < slices.windows.count, slices.windows[position] <= bound {
      let slice = slices.windows[position]
      guard let table = slices.table(slice) else { break }
      while let ids = takeDue(slice, table, bound) {
        let ended = passOn(ids, from: table, to: slices.table(slice + gap))
        if !ended.isEmpty { try emit(ended, of: table, into: &output) }
        for id in ids { table.remove(id) }
        if output.isFull { return .yielded(nextRow: 0) }
      }
      if table.groups.count == 0 {
        slices.remove(slice)
        due[slice] = nil
      } else {
        position += 1
      }
    }
    return .done
  }

  /// The next groups of a slice whose last row is the gap ago, the earliest first.
  private func takeDue(_ slice: Int64, _ table: KeyedTable, _ bound: Int64) -> [Int32]? {
    let lasts = table.columns[1].int64
    if due[slice] == nil {
      let ids = table.groups.liveIDs
      let times = lasts.gather(ids)
      due[slice] = ids.indices.sorted { times[$0] != times[$1] ? times[$0] > times[$1] : ids[$0] > ids[$1] }.map { ids[$0] }
    }
    var ids: [Int32] = []
    while ids.count < RecordBatch.targetRowCount, let id = due[slice]?.last, lasts[Int(id)] <= bound - gap {
      ids.append(id)
      due[slice]?.removeLast()
    }
    return ids.isEmpty ? nil : ids
  }

  /// Hands sessions that go on to the next slice; gives those that have ended.
  private func passOn(_ ids: [Int32], from table: KeyedTable, to next: KeyedTable?) -> [Int32] {
    guard let next else { return ids }
    next.groups.find(table.groups.keyColumns(ids), rowCount: ids.count, into: &groups)
    let (firsts, lasts) = (table.columns[0].int64, table.columns[1].int64)
    let nextFirsts = next.columns[0].int64
    var ended: [Int32] = []
    var sources: [Int32] = []
    var targets: [Int32] = []
    for row in ids.indices {
      if groups[row] >= 0, nextFirsts[Int(groups[row])] - lasts[Int(ids[row])] <= gap {
        sources.append(ids[row])
        targets.append(groups[row])
      } else {
        ended.append(ids[row])
      }
    }
    if sources.isEmpty { return ended }
    if ordersValues {
      mergeInOrder(sources, of: table, targets, of: next)
    } else {
      aggregates.merge(from: table, sources: sources, groups: targets, in: next)
      Self.stretch(next, targets, first: firsts.gather(sources), last: lasts.gather(sources))
    }
    return ended
  }

  /// The earlier part is added first, so that a first value stays the first.
  private func mergeInOrder(_ sources: [Int32], of table: KeyedTable, _ targets: [Int32], of next: KeyedTable) {
    let keys = table.groups.keyColumns(sources)
    let whole = KeyedTable(slices.schema)
    var merged: [Int32] = []
    whole.resolve(keys, rowCount: sources.count, into: &merged)
    aggregates.merge(from: table, sources: sources, groups: merged, in: whole)
    aggregates.merge(from: next, sources: targets, groups: merged, in: whole)
    let firsts = table.columns[0].int64.gather(sources)
    let lasts = next.columns[1].int64.gather(targets)
    for target in targets { next.remove(target) }
    var replaced: [Int32] = []
    next.resolve(keys, rowCount: sources.count, into: &replaced)
    aggregates.merge(from: whole, sources: merged, groups: replaced, in: next)
    Self.stretch(next, replaced, first: firsts, last: lasts)
    // The groups may have new ids.
    for slice in slices.windows where slices.table(slice) === next { due[slice] = nil }
  }

  private func emit(_ ids: [Int32], of table: KeyedTable, into output: inout Output) throws(OperatorError) {
    let properties = spec.properties.map { property -> Column in
      switch property {
      case .start: .int64(FixedColumn(table.columns[0].int64.gather(ids)))
      case .end: .int64(FixedColumn(table.columns[1].int64.gather(ids).map { $0 + gap }))
      case .time where isProcessingTime: .int64(FixedColumn([Int64](repeating: output.now, count: ids.count)))
      case .time: .int64(FixedColumn(table.columns[1].int64.gather(ids).map { zone.lastTime(ofWindowEndingAt: $0 + gap) }))
      }
    }
    output.emit(
      RecordBatch(
        schema: outputSchema, columns: table.groups.keyColumns(ids) + (try aggregates.results(of: ids, in: table)) + properties,
        rowCount: ids.count))
  }
}
