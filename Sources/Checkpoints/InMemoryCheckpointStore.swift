//  The store of a coordinator whose jobs live no longer than its process: `swiftwater local`, and tests.

import Dataflow
import Synchronization

public final class InMemoryCheckpointStore: CheckpointStore {
  private struct State {
    var term = Term(0)
    var order: [JobID] = []
    var jobs: [JobID: StoredJob] = [:]
    var attempts: [JobID: StoredAttempt] = [:]
    /// Newest first.
    var checkpoints: [JobID: [StoredCheckpoint]] = [:]
    var failures: [JobID: [StoredFailure]] = [:]
  }
  private let state = Mutex(State())

  public init() {}

  public func beginTerm() throws(CheckpointStoreError) -> Term {
    state.withLock { state in
      state.term = Term(state.term.number + 1)
      return state.term
    }
  }

  public func jobs() throws(CheckpointStoreError) -> [StoredJob] {
    state.withLock { state in state.order.compactMap { state.jobs[$0] } }
  }

  public func insert(_ job: StoredJob, term: Term) throws(CheckpointStoreError) {
    try write(term) { state throws(CheckpointStoreError) in
      guard state.jobs[job.id] == nil else { return }
      state.jobs[job.id] = job
      state.order.append(job.id)
    }
  }

  public func update(job: JobID, state next: JobState, timestamps: [JobState: Int64], term: Term) throws(CheckpointStoreError) {
    try write(term) { state throws(CheckpointStoreError) in
      try Self.check(job, in: state)
      state.jobs[job]?.state = next
      state.jobs[job]?.timestamps = timestamps
    }
  }

  public func begin(_ attempt: StoredAttempt, term: Term) throws(CheckpointStoreError) {
    try write(term) { state throws(CheckpointStoreError) in
      try Self.check(attempt.job, in: state)
      try StoreRules.check(
        attempt, after: state.jobs[attempt.job]?.attempt, newest: state.checkpoints[attempt.job]?.first?.epoch)
      state.attempts[attempt.job] = attempt
      state.jobs[attempt.job]?.attempt = attempt.attempt
    }
  }

  public func latestAttempt(of job: JobID) throws(CheckpointStoreError) -> StoredAttempt? { state.withLock { $0.attempts[job] } }

  public func reserve(_ epoch: Epoch, job: JobID, term: Term) throws(CheckpointStoreError) {
    try write(term) { state throws(CheckpointStoreError) in
      try Self.check(job, in: state)
      let known = state.jobs[job]?.nextEpoch ?? Epoch(0)
      state.jobs[job]?.nextEpoch = max(known, Epoch(epoch.number + 1))
    }
  }

  public func complete(
    _ checkpoint: StoredCheckpoint, retained: Int, term: Term
  ) throws(CheckpointStoreError) -> [SnapshotHandle] {
    try write(term) { state throws(CheckpointStoreError) in
      try Self.check(checkpoint.job, in: state)
      let known = state.checkpoints[checkpoint.job] ?? []
      if known.contains(checkpoint) { return [] }
      try StoreRules.check(checkpoint, attempt: state.jobs[checkpoint.job]?.attempt, newest: known.first?.epoch)
      let all = [checkpoint] + known
      let kept = Array(all.prefix(max(1, retained)))
      state.checkpoints[checkpoint.job] = kept
      return StoreRules.obsolete(of: Array(all.dropFirst(kept.count)), keeping: kept)
    }
  }

  public func checkpoints(of job: JobID) throws(CheckpointStoreError) -> [StoredCheckpoint] {
    state.withLock { $0.checkpoints[job] ?? [] }
  }

  public func append(_ failure: StoredFailure, term: Term) throws(CheckpointStoreError) {
    try write(term) { state throws(CheckpointStoreError) in
      try Self.check(failure.job, in: state)
      state.failures[failure.job] = Array(([failure] + (state.failures[failure.job] ?? [])).prefix(CheckpointStoreLimits.failuresPerJob))
    }
  }

  public func failures(of job: JobID) throws(CheckpointStoreError) -> [StoredFailure] { state.withLock { $0.failures[job] ?? [] } }

  public func remove(job: JobID, term: Term) throws(CheckpointStoreError) {
    try write(term) { state throws(CheckpointStoreError) in
      state.jobs[job] = nil
      state.attempts[job] = nil
      state.checkpoints[job] = nil
      state.failures[job] = nil
      state.order.removeAll { $0 == job }
    }
  }

  private func write<Result: Sendable>(
    _ term: Term, _ body: (inout State) throws(CheckpointStoreError) -> Result
  ) throws(CheckpointStoreError) -> Result {
    try state.withLock { (state: inout sending State) throws(CheckpointStoreError) -> Result in
      try StoreRules.check(term, current: state.term)
      return try body(&state)
    }
  }

  private static func check(_ job: JobID, in state: State) throws(CheckpointStoreError) {
    guard state.jobs[job] != nil else { throw CheckpointStoreError(.conflict, "job \(job) is not stored") }
  }
}

/// What every store refuses.
enum StoreRules {
  static func check(_ term: Term, current: Term) throws(CheckpointStoreError) {
    guard term == current else {
      throw CheckpointStoreError(.superseded, "a coordinator of term \(current) has taken over from term \(term)")
    }
  }

  static func check(_ attempt: StoredAttempt, after last: Attempt?, newest: Epoch?) throws(CheckpointStoreError) {
    guard let last, attempt.attempt > last else {
      throw CheckpointStoreError(
        .conflict, "attempt \(attempt.attempt) of job \(attempt.job) is not newer than attempt \(last ?? Attempt(0))")
    }
    guard attempt.restoredFrom == newest else {
      throw CheckpointStoreError(
        .conflict,
        "attempt \(attempt.attempt) of job \(attempt.job) would begin from checkpoint \(text(attempt.restoredFrom)), the newest is \(text(newest))"
      )
    }
  }

  static func check(_ checkpoint: StoredCheckpoint, attempt: Attempt?, newest: Epoch?) throws(CheckpointStoreError) {
    guard checkpoint.attempt == attempt else {
      throw CheckpointStoreError(
        .conflict, "checkpoint \(checkpoint.epoch) of job \(checkpoint.job) belongs to attempt \(checkpoint.attempt), which is over")
    }
    if let newest, checkpoint.epoch <= newest {
      throw CheckpointStoreError(
        .conflict, "checkpoint \(checkpoint.epoch) of job \(checkpoint.job) is not newer than checkpoint \(newest)")
    }
  }

  /// Snapshots of dropped checkpoints that no kept one names; a finished subtask's stands in several.
  static func obsolete(of dropped: [StoredCheckpoint], keeping kept: [StoredCheckpoint]) -> [SnapshotHandle] {
    let named = Set(kept.flatMap(\.handles).map(\.location))
    var obsolete: [SnapshotHandle] = []
    var seen: Set<SnapshotHandle.Location> = []
    for handle in dropped.flatMap(\.handles) where !named.contains(handle.location) && seen.insert(handle.location).inserted {
      if case .file = handle.location { obsolete.append(handle) }
    }
    return obsolete
  }

  private static func text(_ epoch: Epoch?) -> String { epoch.map { "\($0)" } ?? "none" }
}
