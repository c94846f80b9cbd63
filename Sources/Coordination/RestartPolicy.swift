//  When a failed job starts again. Source: Flink's FixedDelayRestartBackoffTimeStrategy and
//  ExponentialDelayRestartBackoffTimeStrategy, without their jitter (decisions here are deterministic).

import Dataflow

/// Counts the failures of one job and decides on each.
///
/// One thing differs from Flink: with exponential delay, a lost worker costs no delay, unless the job has failed since
/// it last got ahead, i.e. completed a checkpoint. A machine that dies is nobody's bug, and waiting does not help; a
/// record that kills every worker that reads it completes no checkpoint and so meets the growing delay.
public struct RestartPolicy: Hashable, Sendable {
  public enum Decision: Hashable, Sendable {
    /// In so many microseconds from the failure on.
    case restart(after: Int64)
    case fail(reason: String)
  }
  private let strategy: RestartStrategy
  private var restartCount = 0
  private var nextDelay: Int64 = 0
  private var lastFailureAt: Int64?
  private var hasProgressed = true

  public init(_ strategy: RestartStrategy) {
    self.strategy = strategy
    if case .exponentialDelay(let initial, _, _, _) = strategy { nextDelay = max(0, initial) }
  }

  /// A checkpoint is complete.
  public mutating func recordProgress() { hasProgressed = true }

  public mutating func decide(isWorkerLost: Bool, now: Int64) -> Decision {
    switch strategy {
    case .none:
      return .fail(reason: "the restart strategy is 'none'")
    case .fixedDelay(let attempts, let delay):
      guard restartCount < attempts else {
        return .fail(reason: "the restart strategy 'fixed-delay' allows \(attempts) restarts")
      }
      restartCount += 1
      return .restart(after: max(0, delay))
    case .exponentialDelay(let initial, let maximum, let multiplier, let resetAfter):
      // Flink resets when the job has run for the threshold since the last failure and its delay.
      if let lastFailureAt, now - lastFailureAt >= resetAfter &+ nextDelay { nextDelay = max(0, initial) }
      let isFree = isWorkerLost && hasProgressed
      hasProgressed = false
      lastFailureAt = now
      if isFree { return .restart(after: 0) }
      let delay = min(nextDelay, max(0, maximum))
      let grown = Double(delay) * (multiplier.isFinite ? max(1, multiplier) : 1)
      nextDelay = grown < Double(max(0, maximum)) ? Int64(grown) : max(0, maximum)
      return .restart(after: delay)
    }
  }
}
