//  A join of rows whose times lie within bounds of each other.
//  Source: Flink's RowTimeIntervalJoin and ProcTimeIntervalJoin.

import Columnar
import Dataflow
import State

/// Joins the rows of two inputs on equal keys and times that differ by no less than `lower` and no more than `upper`.
///
/// - Input: insert-only. NULL keys and NULL times match nothing.
/// - Output: insert-only, the left columns, then the right ones. A pair comes when the second of its rows does; a row of a
///   padded side without a match, when its bound has passed: no row that is not late could match it any more. Pairs of one
///   row come roughly by the other side's time.
/// - Late rows are joined with what is still there. Those of which nothing comes, neither pair nor padded row, are counted.
/// - On processing time a row has the time at which it comes, to the millisecond, none is late, and the clock takes the watermark's
///   place; what waits comes at the end of the input.
/// - Watermarks of event time go on held back by the farther bound and a millisecond, so that no row that comes out is late.
/// - State: the rows of both sides by key and time, until their bound has passed; the watermark.
final class IntervalJoin: Operator {
  private let spec: IntervalJoinSpec
  private var condition: JoinCondition
  private let isPadded: [Bool]
  private let isProcessingTime: Bool
  private var table: KeyedTable!
  /// The watermark, or the processing time.
  private var clock: SavedClock!
  private var outputSchema = Schema([])
  private var inputSchemas: [Schema] = []
  private var batchAtHand: TimedBatch?
  /// Rows of each side that are to be padded, and how many have been.
  private var due: (entries: [[Int32]], given: Int)?
  private(set) var lateRowCount = 0

  init(_ spec: IntervalJoinSpec) throws(OperatorError) {
    guard spec.leftKeys.count == spec.rightKeys.count, spec.lower <= spec.upper, !spec.kind.isLeftOnly,
      BucketedRows.timeRange.contains(spec.lower), BucketedRows.timeRange.contains(spec.upper)
    else { throw OperatorError(.internal, .never, "an interval join has as many keys on both sides, and bounds in order") }
    self.spec = spec
    condition = try JoinCondition(spec.condition)
    isProcessingTime = spec.clock == .processingTime
    isPadded = [spec.kind.padsLeft, spec.kind.padsRight]
  }

  /// Four buckets over the span of time that a row looks through, at least a millisecond each.
  private static func bucketWidth(_ spec: IntervalJoinSpec) -> Int64 { max(1_000, (spec.upper - spec.lower) / 4 + 1) }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    inputSchemas = context.inputSchemas
    condition.open(context)
    let width = Self.bucketWidth(spec)
    do throws(StateError) {
      table = try context.state.keyedTable(
        "rows",
        TableSchema(
          keys: spec.leftKeys.map { inputSchemas[0][$0] },
          buckets: [
            .init("left", inputSchemas[0].fields, bucketWidth: width, waits: isPadded[0]),
            .init("right", inputSchemas[1].fields, bucketWidth: width, waits: isPadded[1]),
          ]))
    } catch {
      throw OperatorError(.internal, .never, "the state of an interval join could not be restored", cause: error)
    }
    clock = try SavedClock("watermark", context)
  }

  // MARK: Bounds

  /// How long after its time a row of a side may find a match.
  private func reach(_ input: Int) -> Int64 { input == 0 ? -spec.lower : spec.upper }

  /// Rows of a side that are before this will find no match any more, but in late rows.
  private func bound(_ input: Int, clock: Int64) -> Int64 {
    let (bound, overflow) = clock.subtractingReportingOverflow(reach(input))
    return overflow ? (reach(input) < 0 ? .max : .min) : bound
  }

  // MARK: Rows

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    if batchAtHand == nil {
      if isProcessingTime { clock.advance(to: output.now - output.now % 1_000) }
      batchAtHand = keep(row == 0 ? batch : batch.slice(row..<batch.rowCount), row, input, clock.time)
    }
    let others = table.buckets[1 - input]
    while !output.isFull {
      guard batchAtHand!.nextPairs(from: others, limit: RecordBatch.targetRowCount) else { return finishBatch(input, into: &output) }
      try emitPairs(input, others, into: &output)
    }
    return .yielded(nextRow: batchAtHand!.firstRow + batchAtHand!.row)
  }

  /// Puts the rows into the state that may find a match later on.
  private func keep(_ batch: RecordBatch, _ firstRow: Int, _ input: Int, _ clock: Int64) -> TimedBatch {
    let keys = (input == 0 ? spec.leftKeys : spec.rightKeys).map { batch.columns[$0] }
    var groups = table.resolveMatchable(keys, rowCount: batch.rowCount)
    let times =
      isProcessingTime
      ? FixedColumn([Int64](repeating: clock, count: batch.rowCount))
      : batch.columns[input == 0 ? spec.leftTime : spec.rightTime].widenedToInt64
    for row in groups.indices where groups[row] >= 0 && !(times.isValid(row) && BucketedRows.timeRange.contains(times.values[row])) {
      abandoned.append(groups[row])
      groups[row] = -1
    }
    let bound = bound(input, clock: clock)
    var kept = groups
    for row in kept.indices where times.values[row] < bound { kept[row] = -1 }
    let entries = table.buckets[input].add(batch.columns, groups: kept, times: times.values)
    // The other side's time is from `time + first` to `time + last`.
    let (first, last) = input == 0 ? (-spec.upper, -spec.lower) : (spec.lower, spec.upper)
    return TimedBatch(
      batch: batch, firstRow: firstRow, groups: groups, times: times.values, entries: entries, first: first, last: last,
      bound: self.bound(1 - input, clock: clock))
  }

  /// Groups that were made for rows without a time.
  private var abandoned: [Int32] = []

  private func emitPairs(_ input: Int, _ others: BucketedRows, into output: inout Output) throws(OperatorError) {
    let pairs = batchAtHand!.pairs
    let own = batchAtHand!.batch.take(pairs.rows).columns
    let other = others.columns(of: pairs.entries)
    var joined = RecordBatch(schema: outputSchema, columns: input == 0 ? own + other : other + own, rowCount: pairs.rows.count)
    var matches: [Int32]?
    if !condition.isEmpty {
      let rows = try condition.matches(joined, now: output.now)
      if rows.count < joined.rowCount {
        matches = rows
        joined = joined.take(rows)
      }
    }
    settle(matches ?? Array(0..<Int32(pairs.rows.count)), input, others)
    output.emit(joined)
  }

  private func settle(_ matches: [Int32], _ input: Int, _ others: BucketedRows) {
    let pairs = batchAtHand!.pairs
    for match in matches { batchAtHand!.isMatched[Int(pairs.rows[Int(match)])] = true }
    if isPadded[1 - input] { for match in matches { others.settle(pairs.entries[Int(match)]) } }
  }

  /// What becomes of the rows that have found nothing.
  private func finishBatch(_ input: Int, into output: inout Output) -> Progress {
    guard let done = batchAtHand else { return .done }
    batchAtHand = nil
    var lonely: [Int32] = []
    for row in done.groups.indices {
      if done.isMatched[row] {
        if isPadded[input], done.entries[row] >= 0 { table.buckets[input].settle(done.entries[row]) }
      } else if done.entries[row] < 0 {
        if isPadded[input] {
          lonely.append(Int32(row))
        } else if done.groups[row] >= 0, done.times[row] < clock.time {
          lateRowCount += 1
        }
      }
    }
    removeEmpty(done.groups)
    removeEmpty(abandoned)
    abandoned = []
    if !lonely.isEmpty { output.emit(padded(done.batch.take(lonely).columns, input, count: lonely.count)) }
    return .done
  }

  private func padded(_ columns: [Column], _ input: Int, count: Int) -> RecordBatch {
    let nulls = inputSchemas[1 - input].nulls(count: count)
    return RecordBatch(schema: outputSchema, columns: input == 0 ? columns + nulls : nulls + columns, rowCount: count)
  }

  private func removeEmpty(_ groups: [Int32]) {
    for group in groups where group >= 0 && table.groups.isLive(group) {
      if table.buckets[0].isEmpty(group), table.buckets[1].isEmpty(group) { table.remove(group) }
    }
  }

  // MARK: Time

  func advance(to next: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    isProcessingTime ? .done : expire(next.microseconds, into: &output)
  }

  func advance(toProcessingTime now: Int64, into output: inout Output) throws(OperatorError) -> Progress {
    isProcessingTime ? expire(now - now % 1_000, into: &output) : .done
  }

  func finish(into output: inout Output) throws(OperatorError) -> Progress {
    isProcessingTime ? expire(.max, into: &output) : .done
  }

  var nextProcessingTimer: Int64? {
    guard isProcessingTime else { return nil }
    let next = [0, 1].compactMap { input in table.buckets[input].nextRemoval.map { $0 + reach(input) } }.min()
    return next.map { ($0 + 999) / 1_000 * 1_000 }
  }

  /// Emits and forgets what finds no match any more.
  private func expire(_ time: Int64, into output: inout Output) -> Progress {
    clock.advance(to: time)
    if due == nil { due = ([0, 1].map { table.buckets[$0].takeWaiting(before: bound($0, clock: time)) }, 0) }
    while let part = nextDue() {
      output.emit(padded(table.buckets[part.input].columns(of: part.entries), part.input, count: part.entries.count))
      if output.isFull { return .yielded(nextRow: 0) }
    }
    due = nil
    for input in [0, 1] { removeEmpty(table.buckets[input].remove(before: bound(input, clock: time))) }
    return .done
  }

  private func nextDue() -> (input: Int, entries: [Int32])? {
    guard let (entries, given) = due, given < entries[0].count + entries[1].count else { return nil }
    let input = given < entries[0].count ? 0 : 1
    let from = input == 0 ? given : given - entries[0].count
    let part = entries[input][from..<min(from + RecordBatch.targetRowCount, entries[input].count)]
    due!.given += part.count
    return (input, Array(part))
  }

  func outgoing(_ watermark: Watermark) -> Watermark {
    if isProcessingTime || watermark == .end || watermark == .none { return watermark }
    let (held, overflow) = watermark.microseconds.subtractingReportingOverflow(max(reach(0), reach(1)) + 1_000)
    return overflow ? .none : Watermark(microseconds: held)
  }
}
