//  Windows and what is computed over them, as data.

import Columnar
import Expressions

/// How rows fall into windows. Times in microseconds; windows are `[start, end)` and aligned to `offset`.
public indirect enum WindowKind: Hashable, Sendable, Codable {
  case tumble(size: Int64, offset: Int64)
  case hop(size: Int64, slide: Int64, offset: Int64)
  case cumulate(size: Int64, step: Int64, offset: Int64)
  /// Rows of a key that follow each other within the gap; the window ends the gap after the last of them.
  case session(gap: Int64)
  /// A window of a kind that rows are in already: in place of their time they say where it ends.
  case attached(WindowKind, isLocal: Bool)
}

/// The clock that windows follow.
public enum WindowClock: String, Hashable, Sendable, Codable {
  case eventTime
  /// The time at which a row comes to the operator; the values of the time attribute are not looked at.
  case processingTime
}

/// A window table function on its own: each row once for each of its windows, with `window_start`, `window_end` and
/// `window_time` (end - 1 ms) appended. Rows with a NULL time are dropped. Those of a session come when it closes.
public struct WindowTableSpec: Hashable, Sendable, Codable {
  public var kind: WindowKind
  /// Position of the time attribute, a timestamp.
  public var time: Int
  /// Nil in plans that were made when there was event time alone.
  public var clock: WindowClock?
  /// Positions of the columns whose values each have sessions of their own; nil for other windows.
  public var partition: [Int]?
  /// The input takes rows back. Nil in plans that were made when it did not.
  public var consumesRetractions: Bool?
  public init(
    kind: WindowKind, time: Int, clock: WindowClock = .eventTime, partition: [Int]? = nil, consumesRetractions: Bool = false
  ) {
    self.consumesRetractions = consumesRetractions
    self.kind = kind
    self.time = time
    self.clock = clock
    self.partition = partition
  }
}

/// Which part of an aggregation an operator does.
public enum AggregationPhase: String, Hashable, Sendable, Codable {
  /// Rows in, results out.
  case complete
  /// Rows in, partial accumulators out, before the exchange; keeps nothing over a barrier.
  case local
  /// Partial accumulators in, results out.
  case global
}

/// GROUP BY keys and a window of a window table function. Emits each (window, key) once, when the watermark passes the
/// window's end, or processing time does; insert-only.
public struct WindowAggregateSpec: Hashable, Sendable, Codable {
  public var kind: WindowKind
  /// Position of the time attribute in the input; in the global phase, of the slice's end.
  public var time: Int
  /// Positions of the grouping keys in the input.
  public var keys: [Int]
  /// Positions refer to the rows; in the global phase each accumulator column stands in order after keys and slice end.
  public var aggregates: [AggregateCall]
  /// Which window columns follow keys and aggregates in the output.
  public var properties: [WindowProperty]
  public var phase: AggregationPhase
  /// Nil in plans that were made when there was event time alone.
  public var clock: WindowClock?
  /// The input takes rows back; in one phase alone. Nil in plans that were made when it did not.
  public var consumesRetractions: Bool?

  public init(
    kind: WindowKind, time: Int, keys: [Int], aggregates: [AggregateCall], properties: [WindowProperty], phase: AggregationPhase,
    clock: WindowClock = .eventTime, consumesRetractions: Bool = false
  ) {
    self.clock = clock
    self.consumesRetractions = consumesRetractions
    self.kind = kind
    self.time = time
    self.keys = keys
    self.aggregates = aggregates
    self.properties = properties
    self.phase = phase
  }
}

public enum WindowProperty: String, Hashable, Sendable, Codable {
  case start, end, time
}

/// The window that rows are in already, after a window table function or an aggregation by window.
public struct AttachedWindow: Hashable, Sendable, Codable {
  /// Position of the window's end.
  public var end: Int
  /// The end is by the clocks of the session's time zone, as over TIMESTAMP_LTZ; else by what watermarks go by.
  public var isLocal: Bool
  public init(end: Int, isLocal: Bool) {
    self.end = end
    self.isLocal = isLocal
  }
}

/// A join of insert-only rows that are in the same window: a pair matches if windows and keys are equal and the condition is TRUE.
/// Results come when the watermark closes the window; insert-only. Output: the left columns, then, but for `semi` and `anti`, the
/// right ones. NULL keys match nothing.
public struct WindowJoinSpec: Hashable, Sendable, Codable {
  public var kind: JoinKind
  public var left: AttachedWindow
  public var right: AttachedWindow
  public var leftKeys: [Int]
  public var rightKeys: [Int]
  /// Over the left columns, then the right ones.
  public var condition: Expression?

  public init(
    kind: JoinKind, left: AttachedWindow, right: AttachedWindow, leftKeys: [Int], rightKeys: [Int], condition: Expression? = nil
  ) {
    self.kind = kind
    self.left = left
    self.right = right
    self.leftKeys = leftKeys
    self.rightKeys = rightKeys
    self.condition = condition
  }
}

/// Top-N of each window: as `RankSpec`, over insert-only rows, when the watermark closes the window; insert-only.
public struct WindowRankSpec: Hashable, Sendable, Codable {
  public var window: AttachedWindow
  /// Positions of the partition keys besides the window's end.
  public var keys: [Int]
  public var order: [SortKey]
  public var limit: Int
  public var outputsRank: Bool

  public init(window: AttachedWindow, keys: [Int], order: [SortKey], limit: Int, outputsRank: Bool) {
    self.window = window
    self.keys = keys
    self.order = order
    self.limit = limit
    self.outputsRank = outputsRank
  }
}

/// Of the insert-only rows of each window and key the one with the least or the greatest event time, when the watermark closes the
/// window; of equal times the row that came first, or last. Output: the input columns.
public struct WindowDeduplicateSpec: Hashable, Sendable, Codable {
  public var window: AttachedWindow
  /// Positions of the partition keys besides the window's end.
  public var keys: [Int]
  /// Position of the event-time attribute.
  public var time: Int
  public var keeps: DeduplicateSpec.Kept

  public init(window: AttachedWindow, keys: [Int], time: Int, keeps: DeduplicateSpec.Kept) {
    self.window = window
    self.keys = keys
    self.time = time
    self.keeps = keeps
  }
}
