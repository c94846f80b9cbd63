//  A batch of one side on its way through an interval join.

import Columnar
import State

/// Goes through the rows of the other side that are near each row of a batch, and can stop anywhere.
struct TimedBatch {
  let batch: RecordBatch
  /// Of `batch` in the batch that it was cut out of.
  let firstRow: Int
  /// By row; negative where it matches nothing.
  let groups: [Int32]
  let times: [Int64]
  /// Of each row in its own side; -1 where it is not kept.
  let entries: [Int32]
  /// The other side's time is from `time + first` to `time + last`, and not before `bound`.
  let first: Int64
  let last: Int64
  let bound: Int64
  /// By row.
  var isMatched: [Bool]
  /// Candidates that are at hand, by row and the other side's entry.
  private(set) var pairs: (rows: [Int32], entries: [Int32]) = ([], [])
  /// The row whose candidates come next.
  private(set) var row = 0
  /// The bucket and the entry that come next for it, nil at the start of a row or of a bucket.
  private var number: Int64?
  private var entry: Int32?

  init(
    batch: RecordBatch, firstRow: Int, groups: [Int32], times: [Int64], entries: [Int32], first: Int64, last: Int64, bound: Int64
  ) {
    self.batch = batch
    self.firstRow = firstRow
    self.groups = groups
    self.times = times
    self.entries = entries
    self.first = first
    self.last = last
    self.bound = bound
    isMatched = [Bool](repeating: false, count: groups.count)
  }

  /// Fills `pairs` with the next ones, at most `limit`; false if there are no more.
  mutating func nextPairs(from others: BucketedRows, limit: Int) -> Bool {
    pairs.rows.removeAll(keepingCapacity: true)
    pairs.entries.removeAll(keepingCapacity: true)
    let width = others.bucketWidth
    while row < groups.count {
      let group = groups[row]
      let low = max(times[row] + first, bound)
      let high = times[row] + last
      if group >= 0, low <= high {
        var current = number ?? BucketedRows.bucketNumber(low, width)
        let end = BucketedRows.bucketNumber(high, width)
        while current <= end {
          var next = entry ?? others.bucket(of: group, number: current).map { others.first(in: $0) }
          entry = nil
          while let candidate = next {
            if pairs.rows.count == limit {
              (number, entry) = (current, candidate)
              return true
            }
            let time = others.time(candidate)
            if low <= time, time <= high {
              pairs.rows.append(Int32(row))
              pairs.entries.append(candidate)
            }
            next = others.entry(after: candidate)
          }
          current += 1
        }
      }
      number = nil
      row += 1
    }
    return !pairs.rows.isEmpty
  }
}
