//  Everything that may travel an edge, in order.

import Columnar

/// "No row with an earlier event time is to be expected." Microseconds since 1970-01-01T00:00:00.
public struct Watermark: Hashable, Sendable, Comparable, Codable {
  public let microseconds: Int64
  @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }
  /// Before any.
  public static let none = Watermark(microseconds: .min)
  /// After the end of a bounded input: every window closes.
  public static let end = Watermark(microseconds: .max)
  @inlinable public static func < (left: Watermark, right: Watermark) -> Bool { left.microseconds < right.microseconds }
}

/// Parts the rows of one checkpoint from those of the next.
public struct CheckpointBarrier: Hashable, Sendable {
  public let epoch: Epoch
  /// When the coordinator asked for it, microseconds since 1970; for statistics only.
  public let triggeredAt: Int64
  public init(epoch: Epoch, triggeredAt: Int64) {
    self.epoch = epoch
    self.triggeredAt = triggeredAt
  }
}

public enum StreamElement: Sendable, Equatable {
  case batch(RecordBatch)
  case watermark(Watermark)
  /// The input has nothing to say for now and does not hold the watermark back, until `active`.
  case idle
  case active
  case barrier(CheckpointBarrier)
  /// The checkpoint will not complete: stop aligning for it.
  case abort(Epoch)
  /// Nothing follows. The last watermark before it is `.end` when the input is bounded.
  case end
}
