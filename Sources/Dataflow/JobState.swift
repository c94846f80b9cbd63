//  The states of a job and of a subtask, by the names that Flink's API shows.

/// The life of a job. Raw values are Flink's `JobStatus`.
public enum JobState: String, Hashable, Sendable, Codable, CaseIterable {
  /// Submitted, not stored yet.
  case initializing = "INITIALIZING"
  /// Stored; waits for slots, or its first attempt is being deployed.
  case created = "CREATED"
  /// Every subtask runs, or has finished.
  case running = "RUNNING"
  /// Will be failed once its subtasks have been cancelled.
  case failing = "FAILING"
  case failed = "FAILED"
  case cancelling = "CANCELLING"
  case canceled = "CANCELED"
  case finished = "FINISHED"
  /// An attempt has failed; until every subtask of the next one runs.
  case restarting = "RESTARTING"

  public var isTerminal: Bool { self == .failed || self == .canceled || self == .finished }
}
