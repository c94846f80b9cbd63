//  The arithmetic of a join whose rows' times lie within bounds of each other.
//  Source: Flink's TimeIntervalJoin.

import Dataflow
import State

/// The left row's time less the right one's is from `lower` to `upper`. Microseconds; sides are 0 for left and 1 for right.
struct JoinBounds {
  private let lower: Int64
  private let upper: Int64

  init(lower: Int64, upper: Int64) throws(OperatorError) {
    guard lower <= upper, BucketedRows.timeRange.contains(lower), BucketedRows.timeRange.contains(upper) else {
      throw OperatorError(.internal, .never, "an interval join has bounds in order")
    }
    self.lower = lower
    self.upper = upper
  }

  /// Four buckets over the span of time that a row looks through, at least a millisecond each.
  var bucketWidth: Int64 { max(1_000, (upper - lower) / 4 + 1) }

  /// A row of a side matches those of the other whose times are from `first` to `last` after its own.
  func others(of input: Int) -> (first: Int64, last: Int64) { input == 0 ? (-upper, -lower) : (lower, upper) }

  /// How long after its time a row of a side may find a match.
  func reach(_ input: Int) -> Int64 { input == 0 ? -lower : upper }

  /// Rows of a side that are before this will find no match any more, but in late rows.
  func end(_ input: Int, clock: Int64) -> Int64 {
    let (end, overflow) = clock.subtractingReportingOverflow(reach(input))
    return overflow ? (reach(input) < 0 ? .max : .min) : end
  }

  /// The watermark that no row which comes out behind it is before: earlier by the farther bound and a millisecond.
  func heldBack(_ watermark: Watermark) -> Watermark {
    if watermark == .end || watermark == .none { return watermark }
    let (held, overflow) = watermark.microseconds.subtractingReportingOverflow(max(reach(0), reach(1)) + 1_000)
    return overflow ? .none : Watermark(microseconds: held)
  }
}
