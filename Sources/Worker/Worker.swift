//  A worker: runs the subtasks that the coordinator places on it. Owns the slot threads and the threads that store and
//  commit; knows the coordinator only through messages, so that both also fit in one process.

import Checkpoints
import Dataflow
import Execution
import State
import Synchronization
import Transport
import Wire

/// What all jobs of a worker share: slots, connections, and the threads that block for them.
final class WorkerHost: Sendable {
  let configuration: WorkerConfiguration
  let connectors: any ConnectorFactory
  let storage: any SnapshotStorage
  let dataPlane: DataPlane?
  let clock: WorkerClock
  let send: @Sendable (WorkerMessage) -> Void
  /// Encodes and stores snapshots.
  let uploader = WorkThread()
  let committer = WorkThread()
  private let slots: Mutex<[Int: SlotThread]>

  init(
    configuration: WorkerConfiguration, connectors: any ConnectorFactory, storage: any SnapshotStorage, dataPlane: DataPlane?,
    clock: WorkerClock, send: @escaping @Sendable (WorkerMessage) -> Void
  ) {
    self.configuration = configuration
    self.connectors = connectors
    self.storage = storage
    self.dataPlane = dataPlane
    self.clock = clock
    self.send = send
    slots = Mutex([:])
  }

  /// The thread of a slot, started when it is first used; nil if the worker has no such slot.
  func slot(_ number: Int) -> SlotThread? {
    guard 0..<configuration.slotCount ~= number else { return nil }
    return slots.withLock { slots in
      if let slot = slots[number] { return slot }
      let slot = SlotThread(clock: clock, configuration) { [send] in send(.metrics($0)) }
      slots[number] = slot
      return slot
    }
  }

  func stop() {
    for slot in slots.withLock({ $0.values.map(\.self) }) { slot.post(.stop) }
    uploader.stop()
    committer.stop()
  }
}

/// Runs subtasks.
///
/// - `receive` takes the coordinator's messages in order and never blocks. What is of an older attempt, or a deployment of
///   an older term, is ignored; a newer attempt of a job replaces the older.
/// - Failing subtasks are reported; no failure of a job ends the worker.
/// - Registering, and saying that it is alive, is the business of whoever owns the connection.
public final class Worker: Sendable {
  private struct State {
    var runs: [JobID: JobRun] = [:]
    /// The newest attempt of each job that was cancelled, so that a deployment that comes late starts nothing.
    var cancelled: [JobID: Attempt] = [:]
    var term = Term(0)
    var isStopped = false
  }

  /// Cancelled jobs that are remembered.
  private static let cancelledCountMax = 4_096

  private let host: WorkerHost
  private let state = Mutex(State())

  /// - Parameters:
  ///   - dataPlane: nil if no subtask is ever placed on another worker.
  ///   - send: called from many threads; must not block, but for printed lines, which may wait. Messages of one subtask come in order.
  public init(
    configuration: WorkerConfiguration, connectors: any ConnectorFactory, storage: any SnapshotStorage, dataPlane: DataPlane?,
    clock: WorkerClock = .system, send: @escaping @Sendable (WorkerMessage) -> Void
  ) {
    host = WorkerHost(
      configuration: configuration, connectors: connectors, storage: storage, dataPlane: dataPlane, clock: clock, send: send)
  }

  public func receive(_ message: CoordinatorMessage) {
    switch message {
    case .registered(let accepted): registered(accepted)
    case .deploy(let deployment): deploy(deployment)
    case .triggerCheckpoint(let trigger): run(trigger.job, trigger.attempt)?.trigger(trigger)
    case .checkpointCompleted(let job, let attempt, let epoch): run(job, attempt)?.complete(epoch)
    case .checkpointAborted(let job, let attempt, let epoch): run(job, attempt)?.abort(epoch)
    case .cancel(let job, let attempt): cancel(job, through: attempt)
    case .refused, .heartbeat: break
    }
  }

  /// The connection is gone. Jobs go on: what they send is lost, so their checkpoints fail, but a coordinator that comes back
  /// soon finds nothing changed. Registering anew ends them, because the coordinator then deploys what it wants to run.
  public func coordinatorLost() {}

  /// Stops every job and every thread. What is under way is given up; nothing is reported after the jobs' last messages.
  public func shutdown() {
    let runs = state.withLock { state in
      defer { state.runs = [:] }
      state.isStopped = true
      return state.runs.values.map(\.self)
    }
    for run in runs { run.cancel() }
    host.stop()
  }

  private func registered(_ accepted: RegistrationAccepted) {
    let stale = state.withLock { state in
      defer { state.runs = [:] }
      state.term = max(state.term, accepted.term)
      return state.runs.values.map(\.self)
    }
    for run in stale { run.cancel() }
  }

  private func deploy(_ deployment: Deployment) {
    let (started, replaced) = state.withLock { state -> (JobRun?, JobRun?) in
      let known = state.runs[deployment.job]
      guard !state.isStopped, deployment.term >= state.term, known.map({ $0.deployment.attempt < deployment.attempt }) ?? true,
        state.cancelled[deployment.job].map({ $0 < deployment.attempt }) ?? true
      else { return (nil, nil) }
      state.term = deployment.term
      let run = JobRun(deployment, host: host)
      state.runs[deployment.job] = run
      return (run, known)
    }
    replaced?.cancel()
    started?.deploy()
  }

  private func cancel(_ job: JobID, through attempt: Attempt) {
    let run = state.withLock { state -> JobRun? in
      if state.cancelled.count >= Self.cancelledCountMax { state.cancelled = [:] }
      state.cancelled[job] = max(state.cancelled[job] ?? attempt, attempt)
      guard let run = state.runs[job], run.deployment.attempt <= attempt else { return nil }
      state.runs[job] = nil
      return run
    }
    run?.cancel()
  }

  private func run(_ job: JobID, _ attempt: Attempt) -> JobRun? {
    state.withLock { $0.runs[job].flatMap { $0.isOf(job, attempt) ? $0 : nil } }
  }
}
