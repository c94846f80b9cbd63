//  What an OVER window computes for each row.

import Columnar
import Expressions

/// Aggregates over the rows of each key up to the row at hand, in the order of a time. Input and output are insert-only.
/// Output: the input columns, then the value of each call, frame by frame.
public struct OverAggregateSpec: Hashable, Sendable, Codable {
  /// Positions of the partition keys; none for one window over all rows.
  public var keys: [Int]
  /// Position of the time attribute.
  public var time: Int
  public var frames: [OverFrameSpec]
  /// Nil in plans that were made when there was event time alone.
  public var clock: WindowClock?

  public init(keys: [Int], time: Int, frames: [OverFrameSpec], clock: WindowClock = .eventTime) {
    self.clock = clock
    self.keys = keys
    self.time = time
    self.frames = frames
  }
}

/// Aggregates over the rows of each key up to the row at hand, in the order of any column, over a changelog: a row that comes or goes
/// changes the values of those behind it. Output: the input columns, then the value of each call, frame by frame.
public struct SortedOverSpec: Hashable, Sendable, Codable {
  public var keys: [Int]
  public var order: SortKey
  /// Without bounds and of aggregates, or of LAG alone.
  public var frames: [OverFrameSpec]
  /// A consumer needs -U before each +U.
  public var emitsUpdateBefore: Bool

  public init(keys: [Int], order: SortKey, frames: [OverFrameSpec], emitsUpdateBefore: Bool) {
    self.keys = keys
    self.order = order
    self.frames = frames
    self.emitsUpdateBefore = emitsUpdateBefore
  }
}

/// Calls over the same rows.
public struct OverFrameSpec: Hashable, Sendable, Codable {
  public var frame: OverFrame
  public var calls: [OverCall]

  public init(_ frame: OverFrame, _ calls: [OverCall]) {
    self.frame = frame
    self.calls = calls
  }
}

/// Which rows before the one at hand belong to its frame, which always ends with it.
public enum OverFrame: Hashable, Sendable, Codable {
  /// So many rows before it; nil for all.
  case rows(preceding: Int?)
  /// The rows from so many microseconds before its time up to its time, those of an equal time among them; nil for all.
  case range(preceding: Int64?)

  public var isBounded: Bool {
    switch self {
    case .rows(let preceding): preceding != nil
    case .range(let preceding): preceding != nil
    }
  }
}

/// One value for each row.
public enum OverCall: Hashable, Sendable, Codable {
  case aggregate(AggregateCall)
  /// The value of the frame's first row if the frame is full, that is of the row as many rows before as the frame has; else NULL.
  /// For frames `rows` with a bound.
  case lag(argument: Int, type: DataType)
  /// One more than the rows with an earlier time. For the frame of all rows.
  case rank
  /// One more than the different earlier times. For the frame of all rows.
  case denseRank
}
