//  What an interval join remembers: the rows of both sides, for as long as they may find a match.

import Columnar
import Dataflow
import State

/// The rows of both inputs by key and time. Rows of a padded side wait: those that find no match are given once their bound has passed.
final class IntervalRows {
  private let keys: [[Int]]
  private let bounds: JoinBounds
  private let table: KeyedTable
  /// Groups that were made for rows of the batch at hand without a time.
  private var abandoned: [Int32] = []
  /// Entries of each side that have waited in vain, and how many of them have been given.
  private var due: (entries: [[Int32]], given: Int)?

  init(
    _ spec: IntervalJoinSpec, _ bounds: JoinBounds, isPadded: [Bool], _ context: OperatorContext
  ) throws(OperatorError) {
    keys = [spec.leftKeys, spec.rightKeys]
    self.bounds = bounds
    let inputs = context.inputSchemas
    let width = bounds.bucketWidth
    table = try context.keyedTable(
      "rows", of: "an interval join",
      TableSchema(
        keys: spec.leftKeys.map { inputs[0][$0] },
        buckets: [
          .init("left", inputs[0].fields, bucketWidth: width, waits: isPadded[0]),
          .init("right", inputs[1].fields, bucketWidth: width, waits: isPadded[1]),
        ]))
  }

  /// The rows of one side, 0 for left.
  func side(_ input: Int) -> BucketedRows { table.buckets[input] }

  /// Keeps the rows of a batch that may find a match later on. Those without a time or with a NULL in their key match nothing.
  func keep(_ batch: RecordBatch, _ firstRow: Int, _ input: Int, _ times: FixedColumn<Int64>, clock: Int64) -> TimedBatch {
    var groups = table.resolveMatchable(keys[input].map { batch.columns[$0] }, rowCount: batch.rowCount)
    for row in groups.indices where groups[row] >= 0 && !(times.isValid(row) && BucketedRows.timeRange.contains(times.values[row])) {
      abandoned.append(groups[row])
      groups[row] = -1
    }
    let end = bounds.end(input, clock: clock)
    var kept = groups
    for row in kept.indices where times.values[row] < end { kept[row] = -1 }
    let entries = side(input).add(batch.columns, groups: kept, times: times.values)
    let (first, last) = bounds.others(of: input)
    return TimedBatch(
      batch: batch, firstRow: firstRow, groups: groups, times: times.values, entries: entries, first: first, last: last,
      bound: bounds.end(1 - input, clock: clock))
  }

  /// Frees the keys of a batch that no side has rows of.
  func removeEmpty(of batch: TimedBatch) {
    removeEmpty(batch.groups)
    removeEmpty(abandoned)
    abandoned = []
  }

  private func removeEmpty(_ groups: [Int32]) {
    for group in groups where group >= 0 && table.groups.isLive(group) {
      if side(0).isEmpty(group), side(1).isEmpty(group) { table.remove(group) }
    }
  }

  /// The next rows of a side that have found no match and will not, each once, at most a batch; nil when all have been given.
  func nextUnmatched(clock: Int64) -> (input: Int, entries: [Int32])? {
    let (entries, given) = due ?? ([0, 1].map { side($0).takeWaiting(before: bounds.end($0, clock: clock)) }, 0)
    guard given < entries[0].count + entries[1].count else {
      due = nil
      return nil
    }
    let input = given < entries[0].count ? 0 : 1
    let from = input == 0 ? given : given - entries[0].count
    let part = entries[input][from..<min(from + RecordBatch.targetRowCount, entries[input].count)]
    due = (entries, given + part.count)
    return (input, Array(part))
  }

  /// Forgets what finds no match any more.
  func remove(clock: Int64) {
    for input in [0, 1] { removeEmpty(side(input).remove(before: bounds.end(input, clock: clock))) }
  }

  /// The least clock at which a row may be taken out; nil without rows.
  var nextRemoval: Int64? { [0, 1].compactMap { input in side(input).nextRemoval.map { $0 + bounds.reach(input) } }.min() }
}
