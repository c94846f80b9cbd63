//  Decides when a subtask may snapshot: once every input has delivered the barrier.
//  Pure: no clock, no channel, no thread. `InputGate` stops reading the inputs that are blocked.
//  Source: Carbone et al., "Lightweight Asynchronous Snapshots for Distributed Dataflows", 2015, §4.2.

import Dataflow

/// Aligns the barriers of one subtask's channels.
///
/// Legal are, in any order over the channels and any number of times: barriers, aborts, ends. An epoch is finished once
/// it was snapshotted or aborted; what belongs to it, or to an older one, has no effect afterwards. A barrier that is
/// newer than the one being aligned supersedes it. At most one epoch is aligned at a time.
public struct BarrierAligner: Sendable {
  public enum Action: Hashable, Sendable {
    /// Nothing to do; the channel may be blocked now.
    case none
    /// Every channel has delivered the barrier or ended: snapshot, then send the barrier on.
    case snapshot(CheckpointBarrier, alignmentMicroseconds: Int64)
    /// The epoch will not complete: tell those downstream.
    case abort(Epoch)
  }

  private var hasDelivered: [Bool]
  private var hasEnded: [Bool]
  private var current: CheckpointBarrier?
  private var startedAt: Int64 = 0
  /// The newest epoch that was snapshotted or aborted here.
  public private(set) var lastFinished: Epoch

  public init(channelCount: Int, after epoch: Epoch = Epoch(0)) {
    hasDelivered = [Bool](repeating: false, count: channelCount)
    hasEnded = [Bool](repeating: false, count: channelCount)
    lastFinished = epoch
  }

  /// The epoch that some channels have delivered and others have not.
  public var aligning: Epoch? { current?.epoch }

  /// Whether the channel is not to be read until the alignment ends.
  public func isBlocked(_ channel: Int) -> Bool { current != nil && hasDelivered[channel] }

  public mutating func receive(_ barrier: CheckpointBarrier, from channel: Int, now: Int64) -> Action {
    guard barrier.epoch > lastFinished else { return .none }
    if let current {
      guard barrier.epoch >= current.epoch else { return .none }
      if barrier.epoch > current.epoch {
        lastFinished = current.epoch
        begin(barrier, now: now)
      }
    } else {
      begin(barrier, now: now)
    }
    hasDelivered[channel] = true
    return completeIfAligned(now: now)
  }

  public mutating func receive(abort epoch: Epoch) -> Action {
    guard epoch > lastFinished else { return .none }
    lastFinished = epoch
    if let current, current.epoch <= epoch { self.current = nil }
    return .abort(epoch)
  }

  /// The channel has ended, which counts as aligned for this epoch and every later one.
  public mutating func receiveEnd(from channel: Int, now: Int64) -> Action {
    hasEnded[channel] = true
    return completeIfAligned(now: now)
  }

  private mutating func begin(_ barrier: CheckpointBarrier, now: Int64) {
    current = barrier
    startedAt = now
    for channel in hasDelivered.indices { hasDelivered[channel] = false }
  }

  private mutating func completeIfAligned(now: Int64) -> Action {
    guard let barrier = current, hasDelivered.indices.allSatisfy({ hasDelivered[$0] || hasEnded[$0] }) else { return .none }
    current = nil
    lastFinished = barrier.epoch
    return .snapshot(barrier, alignmentMicroseconds: max(0, now - startedAt))
  }
}
