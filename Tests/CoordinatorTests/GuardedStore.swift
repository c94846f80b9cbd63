//  Stores that a test can hold up, and that say what is asked of them.

import Checkpoints
import Dataflow
import Dispatch
import State
import Synchronization

/// A store in memory whose updates of a job's state can be held up or refused.
final class GuardedStore: CheckpointStore {
  private let store = InMemoryCheckpointStore()
  private let gate = DispatchSemaphore(value: 0)
  private let isHeld = Mutex(false)
  private let refusesEnd = Mutex(false)

  /// The next update waits for `releaseUpdates`.
  func holdUpdates() { isHeld.withLock { $0 = true } }
  func releaseUpdates() { gate.signal() }
  func refuseEnd(_ refuses: Bool) { refusesEnd.withLock { $0 = refuses } }

  func update(job: JobID, state: JobState, timestamps: [JobState: Int64], term: Term) throws(CheckpointStoreError) {
    let waits = isHeld.withLock { isHeld in
      defer { isHeld = false }
      return isHeld
    }
    if waits { gate.wait() }
    if state.isTerminal, refusesEnd.withLock(\.self) { throw CheckpointStoreError(.unavailable, "disk full") }
    try store.update(job: job, state: state, timestamps: timestamps, term: term)
  }

  func beginTerm() throws(CheckpointStoreError) -> Term { try store.beginTerm() }
  func jobs() throws(CheckpointStoreError) -> [StoredJob] { try store.jobs() }
  func insert(_ job: StoredJob, term: Term) throws(CheckpointStoreError) { try store.insert(job, term: term) }
  func begin(_ attempt: StoredAttempt, term: Term) throws(CheckpointStoreError) { try store.begin(attempt, term: term) }
  func latestAttempt(of job: JobID) throws(CheckpointStoreError) -> StoredAttempt? { try store.latestAttempt(of: job) }
  func reserve(_ epoch: Epoch, job: JobID, term: Term) throws(CheckpointStoreError) { try store.reserve(epoch, job: job, term: term) }
  func complete(_ checkpoint: StoredCheckpoint, retained: Int, term: Term) throws(CheckpointStoreError) -> [SnapshotHandle] {
    try store.complete(checkpoint, retained: retained, term: term)
  }
  func checkpoints(of job: JobID) throws(CheckpointStoreError) -> [StoredCheckpoint] { try store.checkpoints(of: job) }
  func append(_ failure: StoredFailure, term: Term) throws(CheckpointStoreError) { try store.append(failure, term: term) }
  func failures(of job: JobID) throws(CheckpointStoreError) -> [StoredFailure] { try store.failures(of: job) }
  func remove(job: JobID, term: Term) throws(CheckpointStoreError) { try store.remove(job: job, term: term) }
}

/// Snapshots in their handles, and a note of each time that all of a job were to be deleted.
final class RecordingSnapshots: SnapshotStorage {
  private let storage = InlineSnapshotStorage()
  private let count = Mutex(0)
  private let continuation: AsyncStream<Bool>.Continuation
  let sweeps: AsyncStream<Bool>

  init() { (sweeps, continuation) = AsyncStream.makeStream() }

  var sweptCount: Int { count.withLock(\.self) }
  var nonce: String? { storage.nonce }

  func store(
    job: JobID, attempt: Attempt, epoch: Epoch, subtask: SubtaskID, keyGroups: KeyGroupRange, isCompressed: Bool,
    _ operators: [OperatorID: any SnapshotContent]
  ) throws(SnapshotError) -> SnapshotHandle {
    try storage.store(
      job: job, attempt: attempt, epoch: epoch, subtask: subtask, keyGroups: keyGroups, isCompressed: isCompressed, operators)
  }
  func load(_ handle: SnapshotHandle, operators: Set<OperatorID>, keyGroups: KeyGroupRange?) throws(SnapshotError) -> [OperatorID:
    OperatorSnapshot]
  { try storage.load(handle, operators: operators, keyGroups: keyGroups) }
  func delete(_ handle: SnapshotHandle) throws(SnapshotError) { try storage.delete(handle) }
  func deleteAll(of job: JobID, before attempt: Attempt?, except kept: [SnapshotHandle]) throws(SnapshotError) -> Int {
    count.withLock { $0 += 1 }
    continuation.yield(true)
    return try storage.deleteAll(of: job, before: attempt, except: kept)
  }
}
