//  Aggregates over the rows of a key up to the row at hand, in the order of a time.
//  Source: Flink's RowTimeRowsUnboundedPrecedingFunction, RowTimeRangeUnboundedPrecedingFunction, their bounded kin, and those of
//  processing time.

import Columnar
import Dataflow
import Expressions
import State

/// Gives each row the values of its OVER windows.
///
/// - Input: insert-only, in any order of time. Rows without a time are dropped.
/// - Output: insert-only: the row and the value of each call. A row comes when the watermark has reached its time; rows in the order
///   of their times, of equal times in that of their arrival. Rows of equal times share the value of a `range` frame.
/// - On processing time a row has the time at which it comes, to the millisecond, and comes out at once; with a bounded `range` frame a
///   millisecond later, with all of its time. None is late.
/// - Late rows are counted and dropped: those at or behind the watermark; where every frame is one of some rows before, those that
///   do not come after the last row of their key that was emitted, as in Flink.
/// - State: the rows that wait; of bounded frames the arguments of the rows in them, of the others accumulators; the watermark. Rows
///   that no later row of a `range` frame can see go with the watermark, and keys of which nothing is left.
/// - Cost: a constant for each row and call, besides sorting what comes out of order.
final class OverAggregate: Operator {
  private let spec: OverAggregateSpec
  private var frames: [OverFrameState] = []
  private var table: KeyedTable!
  private var clock: SavedClock!
  private var outputSchema = Schema([])
  private var groups: [Int32] = []
  private(set) var lateRowCount = 0
  /// Where lateness goes by the last row of a key, which is then the first column of the table.
  private let isLateByKey: Bool
  /// The rows of one time have to be dealt with together.
  private let needsWholeTimes: Bool
  private let forgetsKeys: Bool
  private let isProcessingTime: Bool

  init(_ spec: OverAggregateSpec) throws(OperatorError) {
    guard !spec.frames.isEmpty, Set(spec.frames.map(\.frame)).count == spec.frames.count else {
      throw OperatorError(.internal, .never, "an OVER window has a frame, and each once")
    }
    self.spec = spec
    isProcessingTime = spec.clock == .processingTime
    isLateByKey =
      !isProcessingTime && spec.frames.allSatisfy { !$0.frame.isRange && $0.frame.isBounded && !$0.calls.contains(where: \.isLag) }
    needsWholeTimes = spec.frames.contains { $0.frame.isRange }
    forgetsKeys = spec.frames.allSatisfy { $0.frame.isRange && $0.frame.isBounded }
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    let input = context.inputSchemas[0]
    var columns = isLateByKey ? [Field("last", .int64, isNullable: true)] : []
    var multimaps: [TableSchema.Multimap] = []
    var queues: [TableSchema.Queue] = []
    for frame in spec.frames {
      let state = try OverFrameState(
        frame, input: input, time: spec.time, columnOffset: columns.count, multimapOffset: multimaps.count, queue: queues.count)
      columns += state.columns
      multimaps += state.multimaps
      if let queue = state.queueSchema { queues.append(queue) }
      frames.append(state)
    }
    table = try context.keyedTable(
      "over", of: "an OVER window",
      TableSchema(
        keys: spec.keys.map { input[$0] }, columns: columns, multimaps: multimaps,
        timelines: [.init("waiting", input.fields, time: spec.time)], queues: queues))
    clock = try SavedClock("watermark", context)
    for frame in frames { frame.rebuild(table) }
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    var batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    if isProcessingTime {
      takeNow(batch, into: &output)
      return .done
    }
    let times = batch.columns[spec.time].widenedToInt64
    let watermark = isLateByKey ? Int64.min : clock.time
    if times.validity != nil || times.values.contains(where: { $0 <= watermark }) {
      let rows = (0..<Int32(batch.rowCount)).filter { times.isValid(Int($0)) && (isLateByKey || times.values[Int($0)] > watermark) }
      lateRowCount += batch.rowCount - rows.count - (times.validity?.nullCount ?? 0)
      batch = batch.take(rows)
    }
    if batch.rowCount == 0 { return .done }
    table.resolve(spec.keys.map { batch.columns[$0] }, rowCount: batch.rowCount, into: &groups)
    if isLateByKey { batch = dropLate(batch) }
    table.timelines[0].add(batch.columns, groups: groups)
    return .done
  }

  private func takeNow(_ batch: RecordBatch, into output: inout Output) {
    clock.advance(to: output.now - output.now % 1_000)
    var columns = batch.columns
    columns[spec.time] = .int64(FixedColumn([Int64](repeating: clock.time, count: batch.rowCount)))
    table.resolve(spec.keys.map { columns[$0] }, rowCount: batch.rowCount, into: &groups)
    if needsWholeTimes { table.timelines[0].add(columns, groups: groups) } else { emit(columns, groups, into: &output) }
  }

  /// Takes the rows out that do not come after the last one of their key.
  private func dropLate(_ batch: RecordBatch) -> RecordBatch {
    let times = batch.columns[spec.time].widenedToInt64.values
    let last = table.columns[0].int64
    guard let isThere = table.columns[0].valid else { preconditionFailure("a key may have no last row yet") }
    let rows = groups.indices.filter { isThere[Int(groups[$0])] == 0 || last[Int(groups[$0])] < times[$0] }.map { Int32($0) }
    if rows.count == batch.rowCount { return batch }
    lateRowCount += batch.rowCount - rows.count
    groups = rows.map { groups[Int($0)] }
    return batch.take(rows)
  }

  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    isProcessingTime ? .done : pass(watermark.microseconds, into: &output)
  }

  func advance(toProcessingTime now: Int64, into output: inout Output) throws(OperatorError) -> Progress {
    isProcessingTime ? pass(now - now % 1_000 - 1, into: &output) : .done
  }

  func finish(into output: inout Output) throws(OperatorError) -> Progress {
    isProcessingTime ? pass(.max, into: &output) : .done
  }

  var nextProcessingTimer: Int64? {
    guard isProcessingTime, needsWholeTimes else { return nil }
    let waiting = table.timelines[0].leastTime.map { $0 + 1_000 }
    return ([waiting] + frames.map(\.nextExpiry)).compactMap { $0 }.min()
  }

  /// Emits the rows of times up to this one, all of which have come.
  private func pass(_ time: Int64, into output: inout Output) -> Progress {
    clock.advance(to: time)
    table.timelines[0].release(through: time)
    while true {
      let due = table.timelines[0].takeDue(RecordBatch.targetRowCount, wholeTimes: needsWholeTimes)
      if due.groups.isEmpty { break }
      emit(due.columns, due.groups, into: &output)
      if output.isFull { return .yielded(nextRow: 0) }
    }
    expire(time)
    return .done
  }

  private func emit(_ rows: [Column], _ groups: [Int32], into output: inout Output) {
    let values = frames.flatMap { $0.values(rows, groups: groups, in: table) }
    if isLateByKey { table.columns[0].scatter(.int64(rows[spec.time].widenedToInt64), to: groups) }
    let batch = RecordBatch(schema: outputSchema, columns: rows + values, rowCount: groups.count)
    var start = 0
    while start < batch.rowCount {
      let end = min(start + RecordBatch.targetRowCount, batch.rowCount)
      output.emit(start == 0 && end == batch.rowCount ? batch : batch.slice(start..<end))
      start = end
    }
  }

  private func expire(_ watermark: Int64) {
    var left: Set<Int32> = []
    for frame in frames { left.formUnion(frame.expire(watermark, in: table)) }
    guard forgetsKeys else { return }
    for group in left.sorted() where table.timelines[0].count(in: group) == 0 && frames.allSatisfy({ $0.isEmpty(group, in: table) }) {
      table.remove(group)
    }
  }
}

extension OverCall {
  var isLag: Bool {
    if case .lag = self { return true }
    return false
  }
}
