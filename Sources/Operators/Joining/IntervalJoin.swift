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
  private let bounds: JoinBounds
  private var rows: IntervalRows!
  /// The watermark, or the processing time.
  private var clock: SavedClock!
  private var outputSchema = Schema([])
  private var inputSchemas: [Schema] = []
  private var batchAtHand: TimedBatch?
  private(set) var lateRowCount = 0

  init(_ spec: IntervalJoinSpec) throws(OperatorError) {
    guard spec.leftKeys.count == spec.rightKeys.count, !spec.kind.isLeftOnly else {
      throw OperatorError(.internal, .never, "an interval join has as many keys on both sides, and the columns of both")
    }
    self.spec = spec
    bounds = try JoinBounds(lower: spec.lower, upper: spec.upper)
    condition = try JoinCondition(spec.condition)
    isProcessingTime = spec.clock == .processingTime
    isPadded = [spec.kind.padsLeft, spec.kind.padsRight]
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    inputSchemas = context.inputSchemas
    condition.open(context)
    rows = try IntervalRows(spec, bounds, isPadded: isPadded, context)
    clock = try SavedClock("watermark", context)
  }

  // MARK: Rows

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    if batchAtHand == nil {
      if isProcessingTime { clock.advance(to: output.now - output.now % 1_000) }
      let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
      batchAtHand = rows.keep(batch, row, input, times(of: batch, input), clock: clock.time)
    }
    let others = rows.side(1 - input)
    while !output.isFull {
      guard batchAtHand!.nextPairs(from: others, limit: RecordBatch.targetRowCount) else { return finishBatch(input, into: &output) }
      try emitPairs(input, others, into: &output)
    }
    return .yielded(nextRow: batchAtHand!.firstRow + batchAtHand!.row)
  }

  private func times(of batch: RecordBatch, _ input: Int) -> FixedColumn<Int64> {
    if isProcessingTime { return FixedColumn([Int64](repeating: clock.time, count: batch.rowCount)) }
    return batch.columns[input == 0 ? spec.leftTime : spec.rightTime].widenedToInt64
  }

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
        if isPadded[input], done.entries[row] >= 0 { rows.side(input).settle(done.entries[row]) }
      } else if done.entries[row] < 0 {
        if isPadded[input] {
          lonely.append(Int32(row))
        } else if done.groups[row] >= 0, done.times[row] < clock.time {
          lateRowCount += 1
        }
      }
    }
    rows.removeEmpty(of: done)
    if !lonely.isEmpty { output.emit(padded(done.batch.take(lonely).columns, input, count: lonely.count)) }
    return .done
  }

  private func padded(_ columns: [Column], _ input: Int, count: Int) -> RecordBatch {
    let nulls = inputSchemas[1 - input].nulls(count: count)
    return RecordBatch(schema: outputSchema, columns: input == 0 ? columns + nulls : nulls + columns, rowCount: count)
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
    return rows.nextRemoval.map { ($0 + 999) / 1_000 * 1_000 }
  }

  /// Emits and forgets what finds no match any more.
  private func expire(_ time: Int64, into output: inout Output) -> Progress {
    clock.advance(to: time)
    while let (input, entries) = rows.nextUnmatched(clock: time) {
      output.emit(padded(rows.side(input).columns(of: entries), input, count: entries.count))
      if output.isFull { return .yielded(nextRow: 0) }
    }
    rows.remove(clock: time)
    return .done
  }

  func outgoing(_ watermark: Watermark) -> Watermark { isProcessingTime ? watermark : bounds.heldBack(watermark) }
}
