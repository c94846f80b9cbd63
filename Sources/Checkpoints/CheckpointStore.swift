//  The coordinator's durable memory: which jobs there are, where each attempt was placed, which checkpoints are
//  complete. A checkpoint is complete when one transaction of this store says so, and not before.
//  Every write names the writer's term and is refused once a newer coordinator has begun its own.

import Dataflow

/// A job as it is stored. Times are microseconds since 1970.
public struct StoredJob: Hashable, Sendable, Codable {
  public var id: JobID
  public var name: String
  /// The `JobGraph` as JSON, options included.
  public var graph: [UInt8]
  public var state: JobState
  /// When the job last came into each state.
  public var timestamps: [JobState: Int64]
  /// The last attempt that was stored, 0 before the first.
  public var attempt: Attempt
  /// The next epoch to give out; no epoch below it is used again.
  public var nextEpoch: Epoch
  public init(
    id: JobID, name: String, graph: [UInt8], state: JobState, timestamps: [JobState: Int64], attempt: Attempt = Attempt(0),
    nextEpoch: Epoch = Epoch(1)
  ) {
    self.id = id
    self.name = name
    self.graph = graph
    self.state = state
    self.timestamps = timestamps
    self.attempt = attempt
    self.nextEpoch = nextEpoch
  }
}

/// One attempt, stored before anything is deployed.
public struct StoredAttempt: Hashable, Sendable, Codable {
  public var job: JobID
  public var attempt: Attempt
  public var placements: [SubtaskPlacement]
  /// What it starts from, nil for an empty state.
  public var restoredFrom: Epoch?
  public var storedAt: Int64
  public init(job: JobID, attempt: Attempt, placements: [SubtaskPlacement], restoredFrom: Epoch?, storedAt: Int64) {
    self.job = job
    self.attempt = attempt
    self.placements = placements
    self.restoredFrom = restoredFrom
    self.storedAt = storedAt
  }
}

/// A complete checkpoint: one handle for each subtask.
public struct StoredCheckpoint: Hashable, Sendable, Codable {
  public var job: JobID
  public var attempt: Attempt
  public var epoch: Epoch
  public var handles: [SnapshotHandle]
  public var triggeredAt: Int64
  public var completedAt: Int64
  public init(job: JobID, attempt: Attempt, epoch: Epoch, handles: [SnapshotHandle], triggeredAt: Int64, completedAt: Int64) {
    self.job = job
    self.attempt = attempt
    self.epoch = epoch
    self.handles = handles
    self.triggeredAt = triggeredAt
    self.completedAt = completedAt
  }
}

/// One entry of a job's failure history.
public struct StoredFailure: Hashable, Sendable, Codable {
  public var job: JobID
  public var attempt: Attempt
  public var at: Int64
  /// Who must act, e.g. `external`.
  public var kind: String
  public var message: String
  /// Nil when no single subtask is at fault.
  public var subtask: SubtaskID?
  public var worker: WorkerID?
  public init(job: JobID, attempt: Attempt, at: Int64, kind: String, message: String, subtask: SubtaskID?, worker: WorkerID?) {
    self.job = job
    self.attempt = attempt
    self.at = at
    self.kind = kind
    self.message = message
    self.subtask = subtask
    self.worker = worker
  }
}

/// Blocking; called by one caller at a time, on an executor of its own. Every method is one transaction.
public protocol CheckpointStore: Sendable {
  /// Takes over: the next term. From now on writes of earlier terms throw `.superseded`.
  func beginTerm() throws(CheckpointStoreError) -> Term
  /// All jobs, in the order of their submission.
  func jobs() throws(CheckpointStoreError) -> [StoredJob]
  /// A job whose id is known already is left as it is.
  func insert(_ job: StoredJob, term: Term) throws(CheckpointStoreError)
  func update(job: JobID, state: JobState, timestamps: [JobState: Int64], term: Term) throws(CheckpointStoreError)
  /// Refused, with `.conflict`, unless the attempt is newer than every stored one and begins from the newest complete
  /// checkpoint.
  func begin(_ attempt: StoredAttempt, term: Term) throws(CheckpointStoreError)
  /// The last attempt of a job.
  func latestAttempt(of job: JobID) throws(CheckpointStoreError) -> StoredAttempt?
  /// The epoch is about to be triggered and is never given out again.
  func reserve(_ epoch: Epoch, job: JobID, term: Term) throws(CheckpointStoreError)
  /// Completes a checkpoint and keeps the newest `retained`; gives back the snapshots that no kept checkpoint names: their
  /// files may go now. Refused, with `.conflict`, unless it is of the last attempt and newer than every complete one;
  /// storing the same checkpoint twice does what storing it once does.
  func complete(_ checkpoint: StoredCheckpoint, retained: Int, term: Term) throws(CheckpointStoreError) -> [SnapshotHandle]
  /// Newest first.
  func checkpoints(of job: JobID) throws(CheckpointStoreError) -> [StoredCheckpoint]
  /// Keeps the newest `CheckpointStoreLimits.failuresPerJob`.
  func append(_ failure: StoredFailure, term: Term) throws(CheckpointStoreError)
  /// Newest first.
  func failures(of job: JobID) throws(CheckpointStoreError) -> [StoredFailure]
  /// Forgets a job that has ended, and its history.
  func remove(job: JobID, term: Term) throws(CheckpointStoreError)
}

public enum CheckpointStoreLimits {
  public static let failuresPerJob = 64
}

public struct CheckpointStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// A newer coordinator has taken over: this one must stop.
    case superseded
    /// What was to be written contradicts what is stored.
    case conflict
    /// The database cannot be read or written at the moment: disk full, no permission.
    case unavailable
    /// What is stored cannot be understood.
    case corrupt
  }
  public let kind: Kind
  public let message: String
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
  public var description: String { message }
}
