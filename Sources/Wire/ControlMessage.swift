//  What coordinator and workers say to each other. Every message about a job carries the attempt, and a deployment the
//  term, so that what belongs to an older one is fenced off on arrival.

import Dataflow

/// From the coordinator to a worker.
public enum CoordinatorMessage: Hashable, Sendable {
  case registered(RegistrationAccepted)
  /// The worker cannot join; it says why and exits.
  case refused(reason: String)
  case deploy(Deployment)
  /// To workers with enumerator subtasks, which start the barriers. Once every other subtask has finished it comes a last
  /// time, and only the enumerators acknowledge it.
  case triggerCheckpoint(CheckpointTrigger)
  /// The checkpoint is complete in the store: commit everything up to it.
  case checkpointCompleted(job: JobID, attempt: Attempt, epoch: Epoch)
  case checkpointAborted(job: JobID, attempt: Attempt, epoch: Epoch)
  /// Stop the job's subtasks and forget them.
  case cancel(job: JobID, attempt: Attempt)
  case heartbeat(sequence: Int64)
}

/// From a worker to the coordinator.
public enum WorkerMessage: Hashable, Sendable {
  case register(Registration)
  case subtaskState(SubtaskReport)
  case snapshotStored(SnapshotReport)
  case snapshotFailed(job: JobID, attempt: Attempt, subtask: SubtaskID, epoch: Epoch, message: String)
  /// Everything up to the epoch has been committed by this subtask. Sent by every subtask whose chain ends in a sink after
  /// each `checkpointCompleted`, finished or not, and also when it had nothing to commit: a job ends when all have sent it
  /// for the last checkpoint.
  case committed(job: JobID, attempt: Attempt, subtask: SubtaskID, epoch: Epoch)
  case metrics([SubtaskMetrics])
  /// What `print` wrote for a job, whole lines.
  case console(job: JobID, subtask: SubtaskID, lines: [UInt8], isError: Bool)
  case heartbeat(sequence: Int64)
}

public struct Registration: Hashable, Sendable {
  public var worker: WorkerID
  /// Where other workers reach this one's data port.
  public var dataHost: String
  public var dataPort: Int
  public var slots: Int
  public var processID: Int32
  public var cores: Int
  public var physicalMemoryBytes: Int64
  /// What the worker read from the nonce file in the snapshot storage, nil if it could not: storage must be shared.
  public var storageNonce: String?
  public init(
    worker: WorkerID, dataHost: String, dataPort: Int, slots: Int, processID: Int32, cores: Int, physicalMemoryBytes: Int64,
    storageNonce: String?
  ) {
    self.worker = worker
    self.dataHost = dataHost
    self.dataPort = dataPort
    self.slots = slots
    self.processID = processID
    self.cores = cores
    self.physicalMemoryBytes = physicalMemoryBytes
    self.storageNonce = storageNonce
  }
}

public struct RegistrationAccepted: Hashable, Sendable {
  public var term: Term
  public var heartbeatIntervalMicroseconds: Int64
  /// Silence after which either side takes the other for dead.
  public var heartbeatTimeoutMicroseconds: Int64
  public init(term: Term, heartbeatIntervalMicroseconds: Int64, heartbeatTimeoutMicroseconds: Int64) {
    self.term = term
    self.heartbeatIntervalMicroseconds = heartbeatIntervalMicroseconds
    self.heartbeatTimeoutMicroseconds = heartbeatTimeoutMicroseconds
  }
}

/// One attempt of a job. Every worker of the attempt gets the same message and starts the subtasks placed on it.
public struct Deployment: Hashable, Sendable {
  public var term: Term
  public var job: JobID
  public var attempt: Attempt
  /// The `JobGraph` as JSON.
  public var graph: [UInt8]
  public var placements: [SubtaskPlacement]
  /// What to start from: nil for an empty state.
  public var restore: RestorePoint?
  /// Directory of this job's snapshots, relative to the shared storage.
  public var snapshotDirectory: String
  public init(
    term: Term, job: JobID, attempt: Attempt, graph: [UInt8], placements: [SubtaskPlacement], restore: RestorePoint?,
    snapshotDirectory: String
  ) {
    self.term = term
    self.job = job
    self.attempt = attempt
    self.graph = graph
    self.placements = placements
    self.restore = restore
    self.snapshotDirectory = snapshotDirectory
  }
}

public struct CheckpointTrigger: Hashable, Sendable {
  public var job: JobID
  public var attempt: Attempt
  public var epoch: Epoch
  /// Microseconds since 1970.
  public var triggeredAt: Int64
  public init(job: JobID, attempt: Attempt, epoch: Epoch, triggeredAt: Int64) {
    self.job = job
    self.attempt = attempt
    self.epoch = epoch
    self.triggeredAt = triggeredAt
  }
}

/// A subtask has come into a state. Times are microseconds since 1970.
public struct SubtaskReport: Hashable, Sendable {
  public var job: JobID
  public var attempt: Attempt
  public var subtask: SubtaskID
  public var state: SubtaskState
  public var at: Int64
  /// With `failed`.
  public var failure: SubtaskFailure?
  /// With `finished`: the operator state that stays, and what the sink has still to commit. It stands for the subtask in
  /// every checkpoint that the subtask has not acknowledged; so `finished` is reported after all its snapshots are.
  public var finalSnapshot: SnapshotHandle?
  public init(
    job: JobID, attempt: Attempt, subtask: SubtaskID, state: SubtaskState, at: Int64, failure: SubtaskFailure? = nil,
    finalSnapshot: SnapshotHandle? = nil
  ) {
    self.job = job
    self.attempt = attempt
    self.subtask = subtask
    self.state = state
    self.at = at
    self.failure = failure
    self.finalSnapshot = finalSnapshot
  }
}

/// A subtask's snapshot is stored. Durations in microseconds.
public struct SnapshotReport: Hashable, Sendable {
  public var job: JobID
  public var attempt: Attempt
  public var epoch: Epoch
  public var handle: SnapshotHandle
  public var alignmentMicroseconds: Int64
  public var syncMicroseconds: Int64
  public var asyncMicroseconds: Int64
  public init(
    job: JobID, attempt: Attempt, epoch: Epoch, handle: SnapshotHandle, alignmentMicroseconds: Int64, syncMicroseconds: Int64,
    asyncMicroseconds: Int64
  ) {
    self.job = job
    self.attempt = attempt
    self.epoch = epoch
    self.handle = handle
    self.alignmentMicroseconds = alignmentMicroseconds
    self.syncMicroseconds = syncMicroseconds
    self.asyncMicroseconds = asyncMicroseconds
  }
}
