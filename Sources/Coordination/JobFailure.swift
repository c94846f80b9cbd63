//  Why an attempt of a job ended before its time.

import Dataflow

/// One entry of a job's failure history.
public struct JobFailure: Hashable, Sendable {
  public enum Cause: Hashable, Sendable {
    case subtask(SubtaskFailure)
    /// Its connection closed, or it was silent for too long.
    case workerLost
    /// The coordinator gave the attempt up, e.g. because too many checkpoints failed.
    case coordination
  }
  /// Microseconds since 1970.
  public var at: Int64
  public var attempt: Attempt
  public var cause: Cause
  public var message: String
  /// Nil when no single subtask is at fault.
  public var subtask: SubtaskID?
  public var worker: WorkerID?
  public init(at: Int64, attempt: Attempt, cause: Cause, message: String, subtask: SubtaskID? = nil, worker: WorkerID? = nil) {
    self.at = at
    self.attempt = attempt
    self.cause = cause
    self.message = message
    self.subtask = subtask
    self.worker = worker
  }

  /// One word for the cause, as the API and the store name it.
  public var kind: String {
    switch cause {
    case .subtask(let failure): failure.domain.rawValue
    case .workerLost: "workerLost"
    case .coordination: "coordination"
    }
  }
}
