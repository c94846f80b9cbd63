//  What is known of one checkpoint, for the API. Bounded: the newest checkpoints only.

import Dataflow

/// One checkpoint, in flight or past. Times in microseconds since 1970, durations in microseconds.
public struct CheckpointStatistics: Hashable, Sendable {
  public enum Status: String, Hashable, Sendable {
    case inProgress = "IN_PROGRESS"
    case completed = "COMPLETED"
    case failed = "FAILED"
  }
  public var epoch: Epoch
  public var attempt: Attempt
  public var status: Status
  public var triggeredAt: Int64
  /// When the last acknowledgement came; nil before the first.
  public var latestAckAt: Int64?
  /// When it was complete in the store, or had failed.
  public var endedAt: Int64?
  public var failureMessage: String?
  /// A newer checkpoint has taken its place and its files are gone.
  public var isDiscarded = false
  /// By vertex position; hidden vertices are there too.
  public var vertices: [VertexCheckpointStatistics]

  public init(epoch: Epoch, attempt: Attempt, triggeredAt: Int64, parallelisms: [Int]) {
    self.epoch = epoch
    self.attempt = attempt
    status = .inProgress
    self.triggeredAt = triggeredAt
    vertices = parallelisms.map { VertexCheckpointStatistics(subtasks: Array(repeating: nil, count: $0)) }
  }

  public var byteCount: Int { vertices.reduce(0) { $0 + $1.byteCount } }
  public var subtaskCount: Int { vertices.reduce(0) { $0 + $1.subtasks.count } }
  public var acknowledgedCount: Int { vertices.reduce(0) { $0 + $1.acknowledgedCount } }
  /// From the trigger to the last acknowledgement.
  public var duration: Int64 { max(0, (latestAckAt ?? endedAt ?? triggeredAt) - triggeredAt) }
}

public struct VertexCheckpointStatistics: Hashable, Sendable {
  /// Nil until the subtask has acknowledged.
  public var subtasks: [SubtaskCheckpointStatistics?]
  public init(subtasks: [SubtaskCheckpointStatistics?]) { self.subtasks = subtasks }
  public var byteCount: Int { subtasks.reduce(0) { $0 + ($1?.byteCount ?? 0) } }
  public var acknowledgedCount: Int { subtasks.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }
  public var latestAckAt: Int64? { subtasks.compactMap { $0?.acknowledgedAt }.max() }
}

public struct SubtaskCheckpointStatistics: Hashable, Sendable {
  public var acknowledgedAt: Int64
  public var byteCount: Int
  public var alignmentMicroseconds: Int64
  public var syncMicroseconds: Int64
  public var asyncMicroseconds: Int64
  /// It had finished; its final snapshot stands for it.
  public var wasFinished: Bool
  public init(
    acknowledgedAt: Int64, byteCount: Int, alignmentMicroseconds: Int64, syncMicroseconds: Int64, asyncMicroseconds: Int64,
    wasFinished: Bool
  ) {
    self.acknowledgedAt = acknowledgedAt
    self.byteCount = byteCount
    self.alignmentMicroseconds = alignmentMicroseconds
    self.syncMicroseconds = syncMicroseconds
    self.asyncMicroseconds = asyncMicroseconds
    self.wasFinished = wasFinished
  }
}

/// Counts since the job was submitted to this coordinator process.
public struct CheckpointCounts: Hashable, Sendable {
  public var completed = 0
  public var failed = 0
  public var inProgress = 0
  public var restored = 0
  public var total: Int { completed + failed + inProgress }
  public init() {}
}
