//  SESSION on its own: rows with the session that they are in, once it is closed. Which sessions there are, and which rows are late, is
//  known to the aggregation by session, of which this takes an empty one; here are only the rows.
//  Source: Flink's UnalignedWindowTableFunctionOperator.

import Columnar
import Dataflow
import State

/// Holds rows back until their session closes, and gives them its window.
///
/// - Input, late rows, and when a session closes: as `SessionAggregate`.
/// - Output: the input's columns, `window_start`, `window_end`, `window_time`, as of `WindowTable`, with the change kinds that they came
///   with. The rows of a session come by slices as long as the gap, the earlier ones first, and in each in the order of their arrival.
///   Its own time may then lie behind watermarks that have gone on, so that windows are built over `window_time`, as in Flink.
/// - State: the rows of the open sessions, by (slice, key), where rows are taken back with their change kinds; what
///   `SessionAggregate` keeps.
/// - Cost: two group look-ups a row, and one for each slice of a session that closes.
final class SessionTable: Operator {
  private let keys: [Int]
  private let gap: Int64
  private let retracts: Bool
  private let sessions: SessionAggregate
  private var rows: WindowedTable!
  private var outputSchema = Schema([])
  /// Sessions that are closed: their start, end and time. Then the slices in which their rows still are, the last first.
  private var bounds: [Column] = []
  private var leaving: [(slice: Int64, groups: [(group: Int32, session: Int32)])] = []
  private var groups: [Int32] = []
  var lateRowCount: Int { sessions.lateRowCount }
  var nextProcessingTimer: Int64? { sessions.nextProcessingTimer }

  init(_ spec: WindowTableSpec, gap: Int64) throws(OperatorError) {
    keys = spec.partition ?? []
    self.gap = gap
    retracts = spec.consumesRetractions == true
    sessions = try SessionAggregate(
      WindowAggregateSpec(
        kind: spec.kind, time: spec.time, keys: keys, aggregates: [], properties: [.start, .end, .time], phase: .complete,
        clock: spec.clock ?? .eventTime), gap: gap)
  }

  private static let changeField = Field("change", .int8, isNullable: false)

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    let input = context.inputSchemas[0]
    var inner = context
    inner.outputSchema = Schema(keys.map { input[$0] } + outputSchema.fields.suffix(3))
    try sessions.open(inner)
    rows = try context.windowedTable(
      "rows", of: "a session table",
      TableSchema(keys: keys.map { input[$0] }, queues: [.init("rows", input.fields + (retracts ? [Self.changeField] : []))]))
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    var batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    let progress = try sessions.process(batch, input: input, from: 0, into: &output)
    if !sessions.lateRows.isEmpty {
      let late = Set(sessions.lateRows)
      batch = batch.take((0..<Int32(batch.rowCount)).filter { !late.contains($0) })
    }
    for slice in SliceRouting(sessions.times(of: batch, now: output.now), sessions.assigner).slices {
      let part = if case .some(let rows) = slice.rows { batch.take(rows) } else { batch }
      let table = rows.makeTable(slice.end)
      table.resolve(keys.map { part.columns[$0] }, rowCount: part.rowCount, into: &groups)
      let queue = table.queues[0]
      for (row, entry) in queue.store(part.columns + changes(of: part), rowCount: part.rowCount).enumerated() {
        queue.append(entry, to: groups[row])
      }
    }
    return progress
  }

  private func changes(of batch: RecordBatch) -> [Column] {
    guard retracts else { return [] }
    let kinds = batch.changes?.map { Int8($0.rawValue) } ?? [Int8](repeating: 0, count: batch.rowCount)
    return [.int8(FixedColumn(kinds))]
  }

  // MARK: Closing

  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    try release(into: &output) { (closed) throws(OperatorError) in try sessions.advance(to: watermark, into: &closed) }
  }

  func advance(toProcessingTime now: Int64, into output: inout Output) throws(OperatorError) -> Progress {
    try release(into: &output) { (closed) throws(OperatorError) in try sessions.advance(toProcessingTime: now, into: &closed) }
  }

  func finish(into output: inout Output) throws(OperatorError) -> Progress {
    try release(into: &output) { (closed) throws(OperatorError) in try sessions.finish(into: &closed) }
  }

  /// Emits the rows of sessions as `close` gives these.
  private func release(
    into output: inout Output, _ close: (inout Output) throws(OperatorError) -> Progress
  ) throws(OperatorError) -> Progress {
    while true {
      while let slice = leaving.last {
        if slice.groups.isEmpty { leaving.removeLast() } else { emit(slice.slice, into: &output) }
        if output.isFull { return .yielded(nextRow: 0) }
      }
      var closed = Output(now: output.now)
      let progress = try close(&closed)
      let batches = closed.drain()
      if batches.isEmpty { return progress }
      find(.concatenate(batches))
    }
  }

  /// Where the rows of closed sessions are. Within a gap a key has one session, so that all of its rows in a slice are in that.
  private func find(_ closed: RecordBatch) {
    bounds = Array(closed.columns[keys.count...])
    let (starts, ends) = (bounds[0].widenedToInt64.values, bounds[1].widenedToInt64.values)
    var slices: [Int64: [Int32]] = [:]
    for session in starts.indices {
      let last = sessions.assigner.sliceEnd(ends[session] - gap)
      for slice in stride(from: sessions.assigner.sliceEnd(starts[session]), through: last, by: Int(gap)) {
        slices[slice, default: []].append(Int32(session))
      }
    }
    leaving = slices.sorted { $0.key > $1.key }.compactMap { slice, ended in
      guard let table = rows.table(slice) else { return nil }
      table.groups.find(keys.indices.map { closed.columns[$0].take(ended) }, rowCount: ended.count, into: &groups)
      return (slice, zip(groups, ended).filter { $0.0 >= 0 }.reversed())
    }
  }

  /// The next rows of the slice that is at hand: at most a batch.
  private func emit(_ slice: Int64, into output: inout Output) {
    guard let table = rows.table(slice) else { preconditionFailure("a slice with rows has a table") }
    let queue = table.queues[0]
    var (entries, ended): ([Int32], [Int32]) = ([], [])
    while entries.count < RecordBatch.targetRowCount, let (group, session) = leaving[leaving.count - 1].groups.last {
      if queue.count(of: group) > 0 {
        entries.append(queue.removeFirst(of: group))
        ended.append(session)
      } else {
        table.remove(group)
        leaving[leaving.count - 1].groups.removeLast()
      }
    }
    var columns = queue.columns.map { $0.gather(entries) }
    let changes = retracts ? columns.removeLast().widenedToInt64.values.map { ChangeKind(rawValue: UInt8($0)) ?? .insert } : nil
    output.emit(
      RecordBatch(schema: outputSchema, columns: columns + bounds.map { $0.take(ended) }, rowCount: entries.count, changes: changes))
    queue.free(entries)
    if table.groups.count == 0 { rows.remove(slice) }
  }
}
