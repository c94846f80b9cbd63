//  What the coordinator knows of one subtask, by the names that Flink's API shows.

import Dataflow

/// Flink's `ExecutionState`, as far as it occurs here.
public enum TaskState: String, Hashable, Sendable, Codable, CaseIterable {
  case created = "CREATED"
  /// Waits for a slot.
  case scheduled = "SCHEDULED"
  case deploying = "DEPLOYING"
  case initializing = "INITIALIZING"
  case running = "RUNNING"
  case finished = "FINISHED"
  case canceling = "CANCELING"
  case canceled = "CANCELED"
  case failed = "FAILED"
  case reconciling = "RECONCILING"

  public var isTerminal: Bool { self == .finished || self == .canceled || self == .failed }

  public init(_ state: SubtaskState) {
    switch state {
    case .deploying: self = .deploying
    case .initializing: self = .initializing
    case .running: self = .running
    case .finished: self = .finished
    case .canceled: self = .canceled
    case .failed: self = .failed
    }
  }
}
