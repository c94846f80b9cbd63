//  The watermark of one source subtask: the minimum over its splits. Pure: the time is an argument.

import Dataflow

/// Follows the watermark of each split of one subtask.
///
/// A split that is assigned but not yet begun holds the watermark back, however late it comes; a finished one does not.
/// A begun split that gives nothing for the idle timeout does not hold the others back until it gives rows again. Its
/// clock runs only while the reader says that it has nothing: not while the subtask is back-pressured, rate-limited or
/// busy with other splits.
public struct SplitWatermarks: Sendable {
  private struct Split {
    var id: String
    var watermark = Watermark.none
    var hasBegun = false
    var idleMicroseconds: Int64 = 0
  }

  public enum Change: Hashable, Sendable {
    case watermark(Watermark)
    /// Every split is idle.
    case idle
    case active
  }

  private let idleTimeout: Int64?
  private var splits: [Split] = []
  private var nothingSince: Int64?
  private var isIdle = false
  private var current = Watermark.none

  public init(idleTimeoutMicroseconds: Int64?) { idleTimeout = idleTimeoutMicroseconds }

  public mutating func add(_ ids: [String]) { splits.append(contentsOf: ids.map { Split(id: $0) }) }

  /// Rows of a split came, and the greatest watermark that one of them calls for.
  public mutating func receive(split id: String, watermark: Watermark?) {
    nothingSince = nil
    guard let index = splits.firstIndex(where: { $0.id == id }) else { return }
    splits[index].hasBegun = true
    splits[index].idleMicroseconds = 0
    if let watermark { splits[index].watermark = max(splits[index].watermark, watermark) }
  }

  public mutating func finish(split id: String) {
    nothingSince = nil
    splits.removeAll { $0.id == id }
  }

  /// The reader has nothing at the moment.
  public mutating func receiveNothing(now: Int64) {
    if let since = nothingSince {
      for index in splits.indices { splits[index].idleMicroseconds += max(0, now - since) }
    }
    nothingSince = now
  }

  /// Something else than the reader kept the subtask waiting: that time counts for no split.
  public mutating func pauseIdleClock() { nothingSince = nil }

  /// When a split becomes idle if nothing comes, nil if none can.
  public var nextIdleAt: Int64? {
    guard let idleTimeout, let since = nothingSince else { return nil }
    return splits.filter { !isIdle($0) }.map { since + max(0, idleTimeout - $0.idleMicroseconds) }.min()
  }

  /// What has changed since the last call, in the order in which it is to be sent.
  public mutating func takeChanges() -> [Change] {
    var changes: [Change] = []
    let active = splits.filter { !isIdle($0) }
    // With its last split a source stops being idle too: its final watermark must count.
    if isIdle, !active.isEmpty || splits.isEmpty {
      isIdle = false
      changes.append(.active)
    }
    if let minimum = active.map(\.watermark).min(), minimum > current {
      current = minimum
      changes.append(.watermark(minimum))
    }
    if !isIdle, active.isEmpty, !splits.isEmpty {
      isIdle = true
      changes.append(.idle)
    }
    return changes
  }

  private func isIdle(_ split: Split) -> Bool {
    guard let idleTimeout else { return false }
    return split.hasBegun && split.idleMicroseconds >= idleTimeout
  }
}
