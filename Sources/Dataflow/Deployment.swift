//  Facts about a job that runs: where its subtasks are, what state they are in, where their snapshots are. Coordinator,
//  workers and the checkpoint store all speak of them.

import State

/// The life of a subtask, as a worker reports it.
public enum SubtaskState: UInt8, Hashable, Sendable, Codable, CaseIterable {
  case deploying, initializing, running, finished, canceled, failed
}

/// Where each subtask of an attempt runs.
public struct SubtaskPlacement: Hashable, Sendable, Codable {
  public var subtask: SubtaskID
  public var worker: WorkerID
  public var slot: Int
  public var dataHost: String
  public var dataPort: Int
  public init(subtask: SubtaskID, worker: WorkerID, slot: Int, dataHost: String, dataPort: Int) {
    self.subtask = subtask
    self.worker = worker
    self.slot = slot
    self.dataHost = dataHost
    self.dataPort = dataPort
  }
}

/// What an attempt starts from.
public struct RestorePoint: Hashable, Sendable {
  public var epoch: Epoch
  /// One for each subtask that the checkpoint had, whatever the parallelism now.
  public var snapshots: [SnapshotHandle]
  public init(epoch: Epoch, snapshots: [SnapshotHandle]) {
    self.epoch = epoch
    self.snapshots = snapshots
  }
}

/// Where the snapshot of one subtask is.
public struct SnapshotHandle: Hashable, Sendable, Codable {
  public enum Location: Hashable, Sendable, Codable {
    /// Relative to the snapshot storage.
    case file(path: String)
    /// Small snapshots ride in the acknowledgement.
    case inline([UInt8])
  }
  public var subtask: SubtaskID
  public var operators: [OperatorID]
  public var keyGroups: KeyGroupRange
  public var location: Location
  public var byteCount: Int
  public init(subtask: SubtaskID, operators: [OperatorID], keyGroups: KeyGroupRange, location: Location, byteCount: Int) {
    self.subtask = subtask
    self.operators = operators
    self.keyGroups = keyGroups
    self.location = location
    self.byteCount = byteCount
  }
}

/// Why a subtask failed.
public struct SubtaskFailure: Hashable, Sendable, Codable {
  public var domain: OperatorError.Domain
  public var retry: OperatorError.Retry
  public var message: String
  public init(domain: OperatorError.Domain, retry: OperatorError.Retry, message: String) {
    self.domain = domain
    self.retry = retry
    self.message = message
  }
}

/// Counters of one subtask since its attempt began. Times in microseconds; they add up to the subtask's life.
public struct SubtaskMetrics: Hashable, Sendable, Codable {
  public var job: JobID
  public var attempt: Attempt
  public var subtask: SubtaskID
  public var recordsIn: Int64 = 0
  public var recordsOut: Int64 = 0
  public var bytesIn: Int64 = 0
  public var bytesOut: Int64 = 0
  public var busyMicroseconds: Int64 = 0
  public var idleMicroseconds: Int64 = 0
  public var backPressuredMicroseconds: Int64 = 0
  public var lateRecords: Int64 = 0
  public var skippedRecords: Int64 = 0
  /// Microseconds since 1970; `Int64.min` before the first.
  public var watermark: Int64 = .min
  public init(job: JobID, attempt: Attempt, subtask: SubtaskID) {
    self.job = job
    self.attempt = attempt
    self.subtask = subtask
  }
}
