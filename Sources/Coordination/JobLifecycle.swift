//  The life of a job over its attempts.
//
//      waiting --placed--> storing --stored--> active --failed--> stopping --all ended--> backing off --due--> waiting
//                                                 |                  |
//                                                 | all finished, last checkpoint complete, sinks have committed
//                                                 +------------------+--> ended
//
//  The rules: an attempt is in the store before anything is deployed; a new attempt begins only once every subtask of the
//  old one has ended, is on a lost worker, or has had its time, and once the outcome of a checkpoint's transaction is
//  known; what belongs to another attempt changes nothing. Flink's names for the states a user sees.

import Dataflow

/// One job. Times in microseconds since 1970.
public struct JobLifecycle: Sendable {
  /// How long an attempt's subtasks may take to stop before the job goes on without their word. Workers fence: a newer
  /// deployment ends the older one.
  public static let stopTimeout: Int64 = 1_000_000
  /// How long sinks may take to commit the last checkpoint before the attempt counts as failed.
  public static let commitTimeout: Int64 = 60_000_000
  /// From a write that the store refused to the next try.
  public static let storeRetryDelay: Int64 = 1_000_000
  /// Failures that are remembered.
  public static let failureCountMax = 32

  enum StopReason: Hashable, Sendable {
    case restart(at: Int64)
    case end(JobState)
  }
  enum Phase: Hashable, Sendable {
    case waiting
    case storing
    case active(Ending)
    case stopping(StopReason, deadline: Int64)
    case backingOff(until: Int64)
    case ended
  }
  /// How an attempt without failures comes to its end.
  enum Ending: Hashable, Sendable {
    case none
    /// Every subtask but the enumerators has finished.
    case checkpointing
    case committing(Epoch, waitingFor: Set<Int>, deadline: Int64)
  }

  public let id: JobID
  public let topology: JobTopology
  public let options: JobOptions
  public internal(set) var state: JobState
  /// When the job last came into each state.
  public internal(set) var timestamps: [JobState: Int64]
  /// The last attempt that was begun; 0 before the first.
  public internal(set) var attempt: Attempt
  /// Newest first.
  public internal(set) var failures: [JobFailure]
  public internal(set) var checkpoints: CheckpointCoordinator
  /// Why the job does not run; nil if nothing holds it up.
  public internal(set) var waitingFor: String?
  /// The checkpoint that the current attempt began from, and when.
  public internal(set) var restored: (epoch: Epoch, at: Int64)?
  var phase = Phase.waiting
  var current: AttemptState?
  var policy: RestartPolicy
  /// As it was before the last failure, in case a lost worker turns out to be behind it.
  var policyBeforeFailure: RestartPolicy

  /// A job that has just been stored.
  public init(id: JobID, topology: JobTopology, options: JobOptions, submittedAt: Int64, now: Int64) {
    self.init(
      id: id, topology: topology, options: options, state: .created, timestamps: [.initializing: submittedAt, .created: now],
      attempt: Attempt(0), nextEpoch: Epoch(1), latest: nil, failures: [])
  }

  /// A job as the store knows it; `resume` says what becomes of it.
  public init(
    id: JobID, topology: JobTopology, options: JobOptions, state: JobState, timestamps: [JobState: Int64], attempt: Attempt,
    nextEpoch: Epoch, latest: CompletedCheckpoint?, failures: [JobFailure]
  ) {
    self.id = id
    self.topology = topology
    self.options = options
    self.state = state
    self.timestamps = timestamps
    self.attempt = attempt
    self.failures = failures
    checkpoints = CheckpointCoordinator(topology: topology, options: options, nextEpoch: nextEpoch, latest: latest)
    policy = RestartPolicy(options.restart)
    policyBeforeFailure = policy
    if state.isTerminal { phase = .ended }
  }

  /// Each subtask, in the order of their numbers.
  public var subtasks: [SubtaskStatus] {
    current?.subtasks
      ?? topology.subtasks.map { _ in SubtaskStatus(state: .created, at: timestamps[.created] ?? timestamps[.initializing] ?? 0) }
  }

  /// Slots that the job wants now; nil if it wants none.
  public var wantedSlotCount: Int? { phase == .waiting ? topology.slotCount : nil }

  public var nextDeadline: Int64? {
    switch phase {
    case .waiting, .storing, .ended: return nil
    case .backingOff(let until): return until
    case .stopping(_, let deadline): return deadline
    case .active(let ending):
      if case .committing(_, _, let deadline) = ending { return deadline }
      return checkpoints.nextDeadline
    }
  }

  /// A new coordinator has taken the job over from the store.
  public mutating func resume(now: Int64) -> [JobAction] {
    switch state {
    case .cancelling: return end(.canceled, now: now)
    case .failing: return end(.failed, now: now)
    case .failed, .canceled, .finished: return []
    case .initializing, .created: return []
    case .running, .restarting:
      return become(.restarting, now: now)
    }
  }

  // MARK: Events

  public mutating func handle(_ event: JobEvent, now: Int64) -> [JobAction] {
    switch event {
    case .cancelRequested: return cancelRequested(now: now)
    case .waits(let reason):
      if phase == .waiting { waitingFor = reason }
      return []
    case .placed(let placements): return placed(placements, now: now)
    case .tick: return tick(now: now)
    case .attemptStored(let number, let error): return attemptStored(number, error: error, now: now)
    case .epochReserved(let epoch, let error): return perform(checkpoints.reserved(epoch, error: error, now: now), now: now)
    case .checkpointStored(let epoch, let error): return checkpointStored(epoch, error: error, now: now)
    case .workerLost(let worker, let reason): return workerLost(worker, reason: reason, now: now)
    case .sign(let number, let worker): return fence(number, worker) ?? []
    case .subtask(let number, let subtask, let state, let at, let failure, let finalSnapshot, let worker):
      if let fenced = fence(number, worker, of: subtask) {
        return state == .running || state == .initializing || state == .deploying ? fenced : []
      }
      return report(subtask, state, at: at, failure: failure, finalSnapshot: finalSnapshot, now: now)
    case .snapshotStored(let number, let epoch, let handle, let alignment, let sync, let async, let worker):
      if let fenced = fence(number, worker, of: handle.subtask) { return fenced }
      let (_, actions) = checkpoints.acknowledge(
        epoch, attempt: number, handle: handle, alignment: alignment, sync: sync, async: async, now: now)
      return perform(actions, now: now)
    case .snapshotFailed(let number, let subtask, let epoch, let message, let worker):
      if let fenced = fence(number, worker, of: subtask) { return fenced }
      return perform(checkpoints.decline(epoch, attempt: number, subtask: subtask, message: message, now: now), now: now)
    case .committed(let number, let subtask, let epoch, let worker):
      if let fenced = fence(number, worker, of: subtask) { return fenced }
      return committed(subtask, epoch, now: now)
    }
  }

  /// Nil for what comes from the current attempt, from the worker that the subtask was placed on. What is older is to be
  /// cancelled where it came from.
  private func fence(_ number: Attempt, _ worker: WorkerID, of subtask: SubtaskID? = nil) -> [JobAction]? {
    guard let current, number == current.number, phase != .ended else {
      return number < attempt || phase == .ended ? [.cancel(number, workers: [worker])] : []
    }
    guard current.workers.contains(worker) else { return [.cancel(number, workers: [worker])] }
    guard let subtask else { return nil }
    guard let index = topology.number(of: subtask), current.placements[index].worker == worker else { return [] }
    return nil
  }

  private mutating func tick(now: Int64) -> [JobAction] {
    switch phase {
    case .waiting, .storing, .ended: return []
    case .backingOff(let until):
      if now >= until { wait() }
      return []
    case .stopping(_, let deadline):
      return now >= deadline ? stopped(now: now) : []
    case .active(.committing(let epoch, let waitingFor, let deadline)):
      guard now >= deadline, let first = waitingFor.min() else { return [] }
      return fail(
        JobFailure(
          at: now, attempt: attempt, cause: .coordination,
          message: "\(waitingFor.count) sinks did not commit the last checkpoint \(epoch) within \(Self.commitTimeout / 1_000_000) s",
          subtask: topology.subtasks[first], worker: current?.placements[first].worker), now: now)
    case .active:
      return perform(checkpoints.tick(now: now), now: now)
    }
  }

  // MARK: Into an attempt

  private mutating func wait() {
    phase = .waiting
    waitingFor = "waits for \(topology.slotCount) slots"
  }

  private mutating func placed(_ placements: [SubtaskPlacement], now: Int64) -> [JobAction] {
    guard phase == .waiting else { return [.releaseSlots] }
    precondition(placements.map(\.subtask) == topology.subtasks, "every subtask is placed, in order")
    attempt = Attempt(attempt.number + 1)
    current = AttemptState(number: attempt, placements: placements, now: now)
    phase = .storing
    waitingFor = nil
    return [.storeAttempt(attempt, placements, restoredFrom: checkpoints.latest?.epoch)]
  }

  private mutating func attemptStored(_ number: Attempt, error: String?, now: Int64) -> [JobAction] {
    guard phase == .storing, number == attempt, let current else { return [] }
    if let error {
      waitingFor = "waits for the coordinator's store: \(error)"
      phase = .backingOff(until: now + Self.storeRetryDelay)
      self.current = nil
      return [.releaseSlots]
    }
    guard current.workers == Set(current.placements.map(\.worker)).sorted() else {
      // A worker was lost while the placement was written; nothing has been deployed.
      wait()
      self.current = nil
      return [.releaseSlots]
    }
    phase = .active(.none)
    checkpoints.begin(attempt)
    for index in current.subtasks.indices { _ = self.current?.subtasks[index].advance(to: .deploying, at: now) }
    let restore = checkpoints.latest.map { RestorePoint(epoch: $0.epoch, snapshots: $0.handles) }
    restored = checkpoints.latest.map { ($0.epoch, now) }
    return [.deploy(attempt, current.placements, restore)]
  }

  private mutating func report(
    _ subtask: SubtaskID, _ reported: SubtaskState, at: Int64, failure: SubtaskFailure?, finalSnapshot: SnapshotHandle?, now: Int64
  ) -> [JobAction] {
    guard let number = topology.number(of: subtask), current?.subtasks[number].advance(to: TaskState(reported), at: at) == true else {
      return []
    }
    switch phase {
    case .stopping: return current?.allHaveEnded == true ? stopped(now: now) : []
    case .active: break
    case .waiting, .storing, .backingOff, .ended: return []
    }
    let worker = current?.placements[number].worker
    switch reported {
    case .deploying, .initializing: return []
    case .running: return runIfAllDo(now: now) + finishIfAllHave(now: now)
    case .finished:
      var actions = runIfAllDo(now: now)
      actions += perform(checkpoints.finished(subtask, snapshot: finalSnapshot, now: now), now: now)
      return actions + finishIfAllHave(now: now)
    case .failed:
      let failure = failure ?? SubtaskFailure(domain: .internal, retry: .restartFromCheckpoint, message: "it failed without saying why")
      return fail(
        JobFailure(at: now, attempt: attempt, cause: .subtask(failure), message: failure.message, subtask: subtask, worker: worker),
        now: now)
    case .canceled:
      let failure = SubtaskFailure(domain: .internal, retry: .restartFromCheckpoint, message: "its worker cancelled it unasked")
      return fail(
        JobFailure(at: now, attempt: attempt, cause: .subtask(failure), message: failure.message, subtask: subtask, worker: worker),
        now: now)
    }
  }

  private mutating func runIfAllDo(now: Int64) -> [JobAction] {
    guard state != .running, current?.allRunOrHaveFinished == true else { return [] }
    checkpoints.activate(now: now)
    return become(.running, now: now) + (attempt.number > 1 ? [.sweep(before: attempt)] : [])
  }

  // MARK: The end of a job whose inputs have ended

  private mutating func finishIfAllHave(now: Int64) -> [JobAction] {
    guard phase == .active(.none), state == .running, let current else { return [] }
    guard current.subtasks.indices.allSatisfy({ topology.isEnumerator($0) || current.subtasks[$0].state == .finished }) else { return [] }
    phase = .active(.checkpointing)
    return perform(checkpoints.requestFinal(now: now), now: now)
  }

  private mutating func checkpointStored(_ epoch: Epoch, error: String?, now: Int64) -> [JobAction] {
    let before = checkpoints.latest?.epoch
    var actions = perform(checkpoints.stored(epoch, error: error, now: now), now: now)
    if checkpoints.latest?.epoch != before { policy.recordProgress() }
    switch phase {
    case .stopping:
      if current?.allHaveEnded == true { actions += stopped(now: now) }
    case .active(.checkpointing):
      if let final = checkpoints.completedFinal {
        phase = .active(.committing(final, waitingFor: Set(topology.sinks), deadline: now + Self.commitTimeout))
        actions += endIfAllHaveCommitted(now: now)
      } else {
        // An earlier checkpoint was on its way: the last one follows.
        actions += perform(checkpoints.tick(now: now), now: now)
      }
    case .active, .waiting, .storing, .backingOff, .ended: break
    }
    return actions
  }

  private mutating func committed(_ subtask: SubtaskID, _ epoch: Epoch, now: Int64) -> [JobAction] {
    guard case .active(.committing(let final, var waitingFor, let deadline)) = phase, epoch >= final,
      let number = topology.number(of: subtask)
    else { return [] }
    waitingFor.remove(number)
    phase = .active(.committing(final, waitingFor: waitingFor, deadline: deadline))
    return endIfAllHaveCommitted(now: now)
  }

  private mutating func endIfAllHaveCommitted(now: Int64) -> [JobAction] {
    guard case .active(.committing(_, let waitingFor, _)) = phase, waitingFor.isEmpty else { return [] }
    return stop(.end(.finished), now: now)
  }

  // MARK: Out of an attempt

  private mutating func cancelRequested(now: Int64) -> [JobAction] {
    switch phase {
    case .ended: return []
    case .stopping(.end, _): return []
    case .waiting, .storing, .backingOff: return become(.cancelling, now: now) + end(.canceled, now: now)
    case .active: return become(.cancelling, now: now) + stop(.end(.canceled), now: now)
    case .stopping(_, let deadline):
      phase = .stopping(.end(.canceled), deadline: deadline)
      return become(.cancelling, now: now)
    }
  }

  private mutating func workerLost(_ worker: WorkerID, reason: String, now: Int64) -> [JobAction] {
    guard var current, current.workers.contains(worker) else { return [] }
    current.workers.removeAll { $0 == worker }
    for index in current.subtasks.indices
    where current.placements[index].worker == worker && phase != .storing && !current.subtasks[index].state.isTerminal {
      _ = current.subtasks[index].advance(to: .failed, at: now)
    }
    self.current = current
    let failure = JobFailure(
      at: now, attempt: attempt, cause: .workerLost, message: "worker \"\(worker)\" was lost: \(reason)", worker: worker)
    switch phase {
    case .active: return fail(failure, now: now)
    case .stopping(let reason, let deadline):
      // The loss explains the failure that stopped the attempt: its peers saw it first.
      var actions: [JobAction] = []
      if case .restart(let at) = reason {
        phase = .stopping(.restart(at: min(at, redecide(now: now) ?? at)), deadline: deadline)
        actions = record(failure)
      }
      return actions + (current.allHaveEnded ? stopped(now: now) : [])
    case .backingOff(let until):
      guard let earlier = redecide(now: now) else { return [] }
      phase = .backingOff(until: min(until, earlier))
      return record(failure)
    case .waiting, .storing, .ended: return []
    }
  }

  /// When to restart if the last failure was a lost worker's doing; nil if the job would not.
  private mutating func redecide(now: Int64) -> Int64? {
    var policy = policyBeforeFailure
    guard case .restart(let delay) = policy.decide(isWorkerLost: true, now: now) else { return nil }
    self.policy = policy
    return now + delay
  }

  /// - Precondition: the attempt is active.
  private mutating func fail(_ failure: JobFailure, now: Int64) -> [JobAction] {
    var decision = RestartPolicy.Decision.fail(reason: "a restart would fail in the same way again")
    if case .subtask(let cause) = failure.cause, cause.retry == .never {
      // Decided: data or query are at fault.
    } else {
      policyBeforeFailure = policy
      let isWorkerLost = failure.cause == .workerLost
      decision = policy.decide(isWorkerLost: isWorkerLost, now: now)
    }
    switch decision {
    case .restart(let delay):
      return record(failure) + become(.restarting, now: now) + stop(.restart(at: now + delay), now: now)
    case .fail(let reason):
      var failure = failure
      failure.message += " (not restarted: \(reason))"
      return record(failure) + become(.failing, now: now) + stop(.end(.failed), now: now)
    }
  }

  private mutating func stop(_ reason: StopReason, now: Int64) -> [JobAction] {
    guard var current else { return [] }
    for index in current.subtasks.indices { _ = current.subtasks[index].advance(to: .canceling, at: now) }
    self.current = current
    phase = .stopping(reason, deadline: now + Self.stopTimeout)
    var actions: [JobAction] = []
    if !current.workers.isEmpty { actions.append(.cancel(attempt, workers: current.workers)) }
    actions += perform(checkpoints.stop(now: now, reason: "the attempt ended"), now: now)
    return actions + (current.allHaveEnded ? stopped(now: now) : [])
  }

  /// Every subtask has ended, or has had its time.
  private mutating func stopped(now: Int64) -> [JobAction] {
    guard case .stopping(let reason, let deadline) = phase else { return [] }
    guard !checkpoints.isStoring else {
      // What the next attempt begins from is not known yet; the store's answer comes back here.
      phase = .stopping(reason, deadline: max(deadline, now + Self.stopTimeout))
      return []
    }
    if let current {
      for index in current.subtasks.indices { _ = self.current?.subtasks[index].advance(to: .canceled, at: now) }
    }
    switch reason {
    case .end(let end): return self.end(end, now: now)
    case .restart(let at):
      if at <= now {
        wait()
      } else {
        phase = .backingOff(until: at)
        waitingFor = "waits out the restart delay"
      }
      return [.releaseSlots]
    }
  }

  private mutating func end(_ state: JobState, now: Int64) -> [JobAction] {
    phase = .ended
    waitingFor = nil
    return [.releaseSlots] + become(state, now: now) + [.ended(state)]
  }

  // MARK: Steps

  private mutating func become(_ next: JobState, now: Int64) -> [JobAction] {
    guard state != next else { return [] }
    state = next
    timestamps[next] = now
    return [.storeState(next)]
  }

  private mutating func record(_ failure: JobFailure) -> [JobAction] {
    failures.insert(failure, at: 0)
    if failures.count > Self.failureCountMax { failures.removeLast() }
    return [.storeFailure(failure)]
  }

  private mutating func perform(_ actions: [CheckpointAction], now: Int64) -> [JobAction] {
    guard let current else { return [] }
    return actions.flatMap { action -> [JobAction] in
      switch action {
      case .reserve(let epoch): return [.reserveEpoch(epoch)]
      case .trigger(let epoch, let triggeredAt):
        let live = topology.enumerators.filter { !current.subtasks[$0].state.isTerminal }
        return [.trigger(attempt, epoch, triggeredAt: triggeredAt, workers: current.workers(of: live))]
      case .store(let checkpoint): return [.storeCheckpoint(checkpoint, retained: max(1, options.retainedCheckpoints))]
      case .completed(let epoch): return [.announceCompleted(attempt, epoch, workers: current.workers)]
      case .aborted(let epoch): return [.announceAborted(attempt, epoch, workers: current.workers)]
      case .discard(let handles): return [.discard(handles)]
      case .failJob(let message):
        guard case .active = phase else { return [] }
        return fail(JobFailure(at: now, attempt: attempt, cause: .coordination, message: message), now: now)
      }
    }
  }
}
