//  One attempt of a job on this worker: which of its subtasks are here, what has become of them, and what the coordinator
//  is told. Deploying, triggers and cancelling run in order on a thread of the job's own, so that no job waits for another.

import Dataflow
import Execution
import State
import Synchronization
import Wire

/// Drives the subtasks of one attempt. Messages of other attempts never get here.
final class JobRun: Sendable {
  private struct Progress {
    var states: [SubtaskID: SubtaskState] = [:]
    var isCancelled = false
  }

  let deployment: Deployment
  let ledger = CommitLedger()
  private let host: WorkerHost
  private let control: WorkThread
  private let progress = Mutex(Progress())
  private let mine: [SubtaskPlacement]

  init(_ deployment: Deployment, host: WorkerHost) {
    self.deployment = deployment
    self.host = host
    mine = deployment.placements.filter { $0.worker == host.configuration.id }
    control = WorkThread()
  }

  func isOf(_ job: JobID, _ attempt: Attempt) -> Bool { deployment.job == job && deployment.attempt == attempt }
  func hasFailed(_ subtask: SubtaskID) -> Bool { progress.withLock { $0.states[subtask] == .failed } }

  private var slots: [SlotThread] { Set(mine.map(\.slot)).sorted().compactMap { host.slot($0) } }
  private var isCancelled: Bool { progress.withLock { $0.isCancelled } }

  // MARK: What the coordinator wants

  /// Builds the subtasks and starts them.
  func deploy() { control.perform { [self] in build() } }

  func trigger(_ trigger: CheckpointTrigger) {
    let barrier = CheckpointBarrier(epoch: trigger.epoch, triggeredAt: trigger.triggeredAt)
    control.perform { [self] in
      for slot in slots { slot.post(.trigger(deployment.job, deployment.attempt, barrier)) }
    }
  }

  func abort(_ epoch: Epoch) {
    control.perform { [self] in
      for slot in slots { slot.post(.abort(deployment.job, deployment.attempt, epoch)) }
    }
  }

  /// The checkpoint is complete: what its sinks have staged is to become visible.
  func complete(_ epoch: Epoch) {
    control.perform { [self] in
      host.committer.perform { [self] in commit(through: epoch) }
    }
  }

  /// Stops every subtask; each that had not ended is reported as cancelled.
  func cancel() {
    progress.withLock { $0.isCancelled = true }
    control.perform { [self] in
      for slot in slots { slot.post(.remove(deployment.job, through: deployment.attempt)) }
      host.dataPlane?.closeChannels(job: deployment.job, through: deployment.attempt)
      for placement in mine
      where progress.withLock({ $0.states[placement.subtask] }).map({ $0 == .deploying || $0 == .initializing }) ?? true {
        removed(placement.subtask)
      }
    }
    control.stop()
  }

  // MARK: What the slots report

  /// On the slot's thread.
  func receive(_ event: SubtaskEvent, of hosted: HostedSubtask, stepMicroseconds: Int64) {
    let subtask = hosted.loop.subtask
    let storing = hosted.storing
    switch event {
    case .snapshot(let snapshot):
      ledger.stage(subtask, snapshot.committables)
      host.uploader.perform { [self] in store(snapshot, of: subtask, storing, syncMicroseconds: stepMicroseconds) }
    case .finished(let snapshot):
      ledger.stage(subtask, snapshot.committables)
      host.send(.metrics([hosted.loop.metrics]))
      host.uploader.perform { [self] in storeFinal(snapshot, of: subtask, storing) }
    }
  }

  func failed(_ subtask: SubtaskID, _ error: OperatorError) {
    report(subtask, .failed, failure: SubtaskFailure(domain: error.domain, retry: error.retry, message: error.description))
  }

  func removed(_ subtask: SubtaskID) { report(subtask, .canceled) }

  // MARK: Building

  private func build() {
    for placement in mine { report(placement.subtask, .deploying) }
    var culprit = mine.first?.subtask
    do throws(OperatorError) {
      let builder = try SubtaskBuilder(self, host: host)
      for placement in mine {
        culprit = placement.subtask
        try builder.prepareInputs(of: placement)
      }
      var hosted: [Int: [Handover<HostedSubtask>]] = [:]
      for placement in mine {
        if isCancelled { return }
        culprit = placement.subtask
        report(placement.subtask, .initializing)
        hosted[placement.slot, default: []].append(Handover(try builder.build(placement)))
      }
      for subtasks in hosted.values { builder.connectSources(subtasks.map(\.object)) }
      if isCancelled { return }
      for placement in mine { report(placement.subtask, .running) }
      for (slot, subtasks) in hosted.sorted(by: { $0.key < $1.key }) { host.slot(slot)?.post(.add(subtasks)) }
      // After the subtasks are there to hear that it is done. Committing twice does no harm; not committing would.
      if let restore = deployment.restore { host.committer.perform { [self] in commit(through: restore.epoch) } }
    } catch {
      if let culprit { failed(culprit, error) }
    }
  }

  // MARK: Storing and committing

  private func store(_ snapshot: SubtaskSnapshot, of subtask: SubtaskID, _ storing: HostedSubtask.Storing, syncMicroseconds: Int64) {
    guard !isCancelled else { return }
    let startedAt = host.clock.now()
    do {
      let handle = try write(snapshot, of: subtask, storing)
      host.send(
        .snapshotStored(
          SnapshotReport(
            job: deployment.job, attempt: deployment.attempt, epoch: snapshot.epoch, handle: handle,
            alignmentMicroseconds: snapshot.alignmentMicroseconds, syncMicroseconds: syncMicroseconds,
            asyncMicroseconds: host.clock.now() - startedAt)))
    } catch {
      host.send(
        .snapshotFailed(
          job: deployment.job, attempt: deployment.attempt, subtask: subtask, epoch: snapshot.epoch, message: "\(error)"))
    }
  }

  private func storeFinal(_ snapshot: SubtaskSnapshot, of subtask: SubtaskID, _ storing: HostedSubtask.Storing) {
    guard !isCancelled else { return }
    do {
      report(subtask, .finished, finalSnapshot: try write(snapshot, of: subtask, storing))
    } catch {
      failed(
        subtask, OperatorError(.external, .restartFromCheckpoint, "could not store the final snapshot of subtask \(subtask)", cause: error))
    }
  }

  private func write(_ snapshot: SubtaskSnapshot, of subtask: SubtaskID, _ storing: HostedSubtask.Storing) throws -> SnapshotHandle {
    try host.storage.store(
      job: deployment.job, attempt: deployment.attempt, epoch: snapshot.epoch, subtask: subtask,
      keyGroups: storing.keyGroups, isCompressed: storing.isCompressed, snapshot.content)
  }

  private func commit(through epoch: Epoch) {
    guard !isCancelled else { return }
    let done = ledger.commit(through: epoch) { failed($0, $1) }
    for subtask in done {
      if let placement = mine.first(where: { $0.subtask == subtask }) {
        host.slot(placement.slot)?.post(.confirmCommit(deployment.job, deployment.attempt, subtask, epoch))
      }
      host.send(.committed(job: deployment.job, attempt: deployment.attempt, subtask: subtask, epoch: epoch))
    }
  }

  /// Tells the coordinator, unless the subtask has come to its end before.
  private func report(_ subtask: SubtaskID, _ state: SubtaskState, failure: SubtaskFailure? = nil, finalSnapshot: SnapshotHandle? = nil) {
    let isNews = progress.withLock { progress in
      switch progress.states[subtask] {
      case .failed, .canceled: return false
      case .finished where state != .failed: return false  // committing may still fail
      default: break
      }
      progress.states[subtask] = state
      return true
    }
    guard isNews else { return }
    host.send(
      .subtaskState(
        SubtaskReport(
          job: deployment.job, attempt: deployment.attempt, subtask: subtask, state: state, at: host.clock.now(), failure: failure,
          finalSnapshot: finalSnapshot)))
  }
}
