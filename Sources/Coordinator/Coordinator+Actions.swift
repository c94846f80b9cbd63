//  What has been decided, done.

import Checkpoints
import Coordination
import Dataflow
import Wire

extension Coordinator {
  func perform(_ action: ClusterAction) {
    switch action {
    case .accept(let worker):
      guard let term else { return }
      logger.info("worker registered", metadata: ["worker": "\(worker)"])
      send(
        .registered(
          RegistrationAccepted(
            term: term, heartbeatIntervalMicroseconds: configuration.heartbeatInterval,
            heartbeatTimeoutMicroseconds: configuration.heartbeatTimeout)), to: worker)
    case .refuse(let worker, let reason):
      logger.warning("worker refused", metadata: ["worker": "\(worker)", "reason": "\(reason)"])
      send(.refused(reason: reason), to: worker)
      drop(worker, reason: reason)
    case .drop(let worker, let reason): drop(worker, reason: reason)
    case .job(let job, let action): perform(action, job)
    case .forget(let job): forget(job)
    }
  }

  private func drop(_ worker: WorkerID, reason: String) {
    guard let id = linkOfWorker.removeValue(forKey: worker) else { return }
    links.removeValue(forKey: id)?.link.close(reason: reason)
  }

  private func perform(_ action: JobAction, _ job: JobID) {
    switch action {
    case .storeAttempt(let attempt, let placements, let restoredFrom):
      let stored = StoredAttempt(job: job, attempt: attempt, placements: placements, restoredFrom: restoredFrom, storedAt: clock())
      write(job) { store, term throws(CheckpointStoreError) in
        try store.begin(stored, term: term)
      } answer: {
        .attemptStored(attempt, error: $0)
      }
    case .reserveEpoch(let epoch):
      write(job) { store, term throws(CheckpointStoreError) in
        try store.reserve(epoch, job: job, term: term)
      } answer: {
        .epochReserved(epoch, error: $0)
      }
    case .storeCheckpoint(let checkpoint, let retained):
      let stored = StoredCheckpoint(
        job: job, attempt: checkpoint.attempt, epoch: checkpoint.epoch, handles: checkpoint.handles, triggeredAt: checkpoint.triggeredAt,
        completedAt: checkpoint.completedAt)
      write(job) { [self] store, term throws(CheckpointStoreError) in
        delete(try store.complete(stored, retained: retained, term: term))
      } answer: {
        .checkpointStored(checkpoint.epoch, error: $0)
      }
    case .deploy(let attempt, let placements, let restore): deploy(job, attempt, placements, restore)
    case .cancel(let attempt, let workers): announce(.cancel(job: job, attempt: attempt), to: workers)
    case .trigger(let attempt, let epoch, let triggeredAt, let workers):
      announce(.triggerCheckpoint(CheckpointTrigger(job: job, attempt: attempt, epoch: epoch, triggeredAt: triggeredAt)), to: workers)
    case .announceCompleted(let attempt, let epoch, let workers):
      logger.debug("checkpoint completed", metadata: ["job": "\(job)", "epoch": "\(epoch)"])
      announce(.checkpointCompleted(job: job, attempt: attempt, epoch: epoch), to: workers)
    case .announceAborted(let attempt, let epoch, let workers):
      logger.warning(
        "checkpoint failed",
        metadata: ["job": "\(job)", "epoch": "\(epoch)", "reason": "\(cluster.jobs[job]?.checkpoints.latestFailed?.failureMessage ?? "")"])
      announce(.checkpointAborted(job: job, attempt: attempt, epoch: epoch), to: workers)
    case .storeState(let state):
      logger.info("job changed state", metadata: ["job": "\(job)", "state": "\(state.rawValue)"])
      storeState(of: job)
    case .storeFailure(let failure): storeFailure(failure, of: job)
    case .discard(let handles): delete(handles)
    case .sweep(let attempt): sweep(job, before: attempt)
    case .ended: resumeWaiters(of: job)
    case .releaseSlots: break
    }
  }

  private func announce(_ message: CoordinatorMessage, to workers: [WorkerID]) {
    for worker in workers { send(message, to: worker) }
  }

  private func deploy(_ job: JobID, _ attempt: Attempt, _ placements: [SubtaskPlacement], _ restore: RestorePoint?) {
    guard let term, let record = records[job] else { return }
    let deployment = Deployment(
      term: term, job: job, attempt: attempt, graph: record.encodedGraph, placements: placements, restore: restore,
      snapshotDirectory: job.hex)
    logger.info(
      "job deployed",
      metadata: ["job": "\(job)", "attempt": "\(attempt)", "from": "\(restore.map { "checkpoint \($0.epoch)" } ?? "nothing")"])
    announce(.deploy(deployment), to: Set(placements.map(\.worker)).sorted())
  }

  // MARK: The store

  /// Off the actor; the answer comes back through the mailbox, behind what has arrived before.
  private func write(
    _ job: JobID, _ work: @escaping @Sendable (any CheckpointStore, Term) throws(CheckpointStoreError) -> Void,
    answer: @escaping @Sendable (String?) -> JobEvent
  ) {
    guard let term else { return }
    storeQueue.perform { [store, mailbox] in
      do throws(CheckpointStoreError) {
        try work(store, term)
        mailbox.put(.answer(job, answer(nil)))
      } catch {
        if error.kind == .superseded { mailbox.put(.superseded(error.message)) }
        mailbox.put(.answer(job, answer(error.message)))
      }
    }
  }

  /// As it is by then: only the newest state matters. What an ended job has left goes once its end is stored: until then a
  /// coordinator that comes after this one would run it again.
  func storeState(of id: JobID) {
    guard let term, let job = cluster.jobs[id] else { return }
    let (state, timestamps) = (job.state, job.timestamps)
    storeQueue.perform { [self, store, mailbox] in
      do throws(CheckpointStoreError) {
        try store.update(job: id, state: state, timestamps: timestamps, term: term)
      } catch {
        mailbox.put(error.kind == .superseded ? .superseded(error.message) : .stateNotStored(id))
        return
      }
      if state.isTerminal { sweep(id, before: nil, keepsCheckpoints: state == .failed) }
    }
  }

  private func storeFailure(_ failure: JobFailure, of job: JobID) {
    logger.warning(
      "job failed",
      metadata: ["job": "\(job)", "attempt": "\(failure.attempt)", "kind": "\(failure.kind)", "message": "\(failure.message)"])
    guard let term else { return }
    let stored = StoredFailure(
      job: job, attempt: failure.attempt, at: failure.at, kind: failure.kind, message: failure.message, subtask: failure.subtask,
      worker: failure.worker)
    storeQueue.perform { [store, logger] in
      do throws(CheckpointStoreError) { try store.append(stored, term: term) } catch {
        logger.warning("failure could not be stored", metadata: ["job": "\(job)", "error": "\(error)"])
      }
    }
  }

  private func forget(_ job: JobID) {
    resumeWaiters(of: job)
    records[job] = nil
    unsavedStates[job] = nil
    guard let term else { return }
    storeQueue.perform { [store, logger] in
      do throws(CheckpointStoreError) { try store.remove(job: job, term: term) } catch {
        logger.warning("job could not be forgotten", metadata: ["job": "\(job)", "error": "\(error)"])
      }
    }
    sweep(job, before: nil, keepsCheckpoints: false)
  }

  // MARK: Snapshots

  nonisolated private func delete(_ handles: [SnapshotHandle]) {
    guard !handles.isEmpty else { return }
    fileQueue.perform { [snapshots, logger] in
      for handle in handles {
        do throws(SnapshotError) { try snapshots.delete(handle) } catch {
          logger.warning("snapshot could not be deleted", metadata: ["error": "\(error)"])
        }
      }
    }
  }

  /// Deletes what attempts before the given one (nil: all) have left, except what complete checkpoints name.
  nonisolated private func sweep(_ job: JobID, before attempt: Attempt?, keepsCheckpoints: Bool = true) {
    storeQueue.perform { [store, snapshots, fileQueue, logger] in
      var kept: [SnapshotHandle] = []
      if keepsCheckpoints {
        guard let checkpoints = try? store.checkpoints(of: job) else { return }  // Rather too much than too little.
        kept = checkpoints.flatMap(\.handles)
      }
      fileQueue.perform { [kept] in
        do throws(SnapshotError) { try snapshots.deleteAll(of: job, before: attempt, except: kept) } catch {
          logger.warning("snapshots could not be swept", metadata: ["job": "\(job)", "error": "\(error)"])
        }
      }
    }
  }

  // MARK: Those who wait

  func resumeConsoleWaiters(of job: JobID) {
    guard let waiters = records[job]?.consoleWaiters, !waiters.isEmpty else { return }
    records[job]?.consoleWaiters = [:]
    for waiter in waiters.values { waiter.resume() }
  }

  func resumeWaiters(of job: JobID) {
    let state = cluster.jobs[job]?.state
    let waiters = records[job]?.endWaiters ?? []
    records[job]?.endWaiters = []
    for waiter in waiters { waiter.resume(returning: state) }
    resumeConsoleWaiters(of: job)
  }
}
