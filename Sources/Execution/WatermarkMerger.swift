//  One watermark out of many: the minimum over those that are neither idle nor at their end.

import Dataflow

/// Merges the watermarks and the idleness of several channels (or splits). The result never goes back.
public struct WatermarkMerger: Sendable {
  public enum Change: Hashable, Sendable {
    case watermark(Watermark)
    /// Every channel that has not ended is idle.
    case idle
    case active
  }

  private enum Status { case active, idle, ended }

  private var watermarks: [Watermark]
  private var statuses: [Status]
  private var isIdle = false
  /// What was reported last.
  public private(set) var current = Watermark.none

  /// What a channel has said last.
  public func watermark(of channel: Int) -> Watermark { watermarks[channel] }

  public init(channelCount: Int) {
    watermarks = [Watermark](repeating: .none, count: channelCount)
    statuses = [Status](repeating: .active, count: channelCount)
  }

  public mutating func receive(_ watermark: Watermark, from channel: Int) -> Change? {
    guard watermark > watermarks[channel] else { return nil }
    watermarks[channel] = watermark
    return statuses[channel] == .active ? advance() : nil
  }

  public mutating func receiveIdle(from channel: Int) -> [Change] { set(.idle, channel) }
  public mutating func receiveActive(from channel: Int) -> [Change] { set(.active, channel) }
  /// An ended channel holds nothing back any more. The end of all of them is no watermark in itself.
  public mutating func receiveEnd(from channel: Int) -> [Change] { set(.ended, channel) }

  private mutating func set(_ status: Status, _ channel: Int) -> [Change] {
    guard statuses[channel] != status, statuses[channel] != .ended else { return [] }
    statuses[channel] = status
    let allIdle = !statuses.contains(.active) && statuses.contains(.idle)
    var changes: [Change] = []
    if isIdle && !allIdle {
      isIdle = false
      changes.append(.active)
    }
    if let change = advance() { changes.append(change) }
    if allIdle && !isIdle {
      isIdle = true
      changes.append(.idle)
    }
    return changes
  }

  private mutating func advance() -> Change? {
    var minimum: Watermark?
    for channel in watermarks.indices where statuses[channel] == .active {
      minimum = min(minimum ?? watermarks[channel], watermarks[channel])
    }
    // Nobody is left to wait for: what the ended channels said last holds.
    if !statuses.contains(.active), !statuses.contains(.idle) { minimum = watermarks.min() }
    guard let minimum, minimum > current else { return nil }
    current = minimum
    return .watermark(minimum)
  }
}
