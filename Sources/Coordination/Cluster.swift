//  Everything the coordinator decides, as one state machine: workers come and go, jobs get slots, live and end.
//  Pure: the time comes in with each event; the actions are performed by the `Coordinator` actor, or by a test.

import Dataflow

public enum ClusterEvent: Sendable {
  case workerRegisters(WorkerDescription)
  /// Anything that a registered worker has sent.
  case workerHeard(WorkerID)
  case workerLost(WorkerID, reason: String)
  /// A job that has been stored.
  case submitted(JobLifecycle)
  /// A job that another term of the coordinator has left in the store.
  case recovered(JobLifecycle)
  case job(JobID, JobEvent)
  case tick
}

public enum ClusterAction: Hashable, Sendable {
  case accept(WorkerID)
  case refuse(WorkerID, reason: String)
  /// It is silent, or another process has its name: close its connection.
  case drop(WorkerID, reason: String)
  case job(JobID, JobAction)
  /// The job ended long ago: forget it, and its history.
  case forget(JobID)
}

/// Workers and jobs. Times in microseconds since 1970.
public struct Cluster: Sendable {
  /// Jobs that have ended and are still remembered; the one that was submitted first goes first.
  public let endedJobCountMax: Int
  public private(set) var membership: Membership
  public private(set) var jobs: [JobID: JobLifecycle] = [:]
  /// In the order of submission.
  public private(set) var order: [JobID] = []

  public init(membership: Membership, endedJobCountMax: Int = 100) {
    self.membership = membership
    self.endedJobCountMax = endedJobCountMax
  }

  public var nextDeadline: Int64? {
    let deadlines = jobs.values.compactMap(\.nextDeadline)
    return (deadlines + [membership.nextDeadline].compactMap { $0 }).min()
  }

  public mutating func handle(_ event: ClusterEvent, now: Int64) -> [ClusterAction] {
    var actions: [ClusterAction] = []
    switch event {
    case .workerRegisters(let worker):
      if let reason = membership.refusal(of: worker) { return [.refuse(worker.id, reason: reason)] }
      if membership.workers[worker.id] != nil {
        lose(worker.id, reason: "it has registered anew", now: now, into: &actions)
      }
      membership.register(worker, now: now)
      actions.append(.accept(worker.id))
    case .workerHeard(let worker):
      membership.heard(from: worker, now: now)
      return []
    case .workerLost(let worker, let reason):
      guard membership.workers[worker] != nil else { return [] }
      lose(worker, reason: reason, now: now, into: &actions)
    case .submitted(let job):
      guard jobs[job.id] == nil else { return [] }
      jobs[job.id] = job
      order.append(job.id)
    case .recovered(var job):
      guard jobs[job.id] == nil else { return [] }
      let resumed = job.resume(now: now)
      jobs[job.id] = job
      order.append(job.id)
      collect(resumed, of: job.id, into: &actions)
    case .job(let id, let event):
      guard jobs[id] != nil else {
        // A worker runs what this coordinator does not know.
        if let (attempt, worker) = event.sender { actions.append(.job(id, .cancel(attempt, workers: [worker]))) }
        return actions
      }
      pass(event, to: id, now: now, into: &actions)
      if case .sign = event { return actions }
    case .tick:
      for worker in membership.silent(now: now) {
        actions.append(.drop(worker, reason: "it was silent"))
        lose(worker, reason: "nothing was heard of it for \((membership.heartbeatTimeout ?? 0) / 1_000) ms", now: now, into: &actions)
      }
      for id in order {
        if let due = jobs[id]?.nextDeadline, due <= now { pass(.tick, to: id, now: now, into: &actions) }
      }
    }
    giveSlots(now: now, into: &actions)
    forgetEnded(into: &actions)
    return actions
  }

  private mutating func lose(_ worker: WorkerID, reason: String, now: Int64, into actions: inout [ClusterAction]) {
    membership.remove(worker)
    for id in order { pass(.workerLost(worker, reason: reason), to: id, now: now, into: &actions) }
  }

  private mutating func pass(_ event: JobEvent, to id: JobID, now: Int64, into actions: inout [ClusterAction]) {
    guard let results = jobs[id]?.handle(event, now: now) else { return }
    collect(results, of: id, into: &actions)
  }

  private mutating func collect(_ results: [JobAction], of id: JobID, into actions: inout [ClusterAction]) {
    for action in results {
      if case .releaseSlots = action { membership.release(id) } else { actions.append(.job(id, action)) }
    }
  }

  /// First come, first served; a job that does not fit does not hold up smaller ones behind it.
  private mutating func giveSlots(now: Int64, into actions: inout [ClusterAction]) {
    for id in order {
      guard let job = jobs[id], let wanted = job.wantedSlotCount else { continue }
      if let slots = membership.allocate(wanted, to: id) {
        let placements = Placement.place(job.topology, into: slots, workers: membership.workers)
        pass(.placed(placements), to: id, now: now, into: &actions)
      } else {
        let free = membership.freeSlotCount
        pass(
          .waits("waits for \(wanted) slots: \(free) of \(membership.slotCount) on \(membership.workers.count) workers are free"), to: id,
          now: now, into: &actions)
      }
    }
  }

  private mutating func forgetEnded(into actions: inout [ClusterAction]) {
    var ended = jobs.values.reduce(0) { $0 + ($1.state.isTerminal ? 1 : 0) }
    guard ended > endedJobCountMax else { return }
    for id in order where ended > endedJobCountMax && jobs[id]?.state.isTerminal == true {
      jobs[id] = nil
      actions.append(.forget(id))
      ended -= 1
    }
    order.removeAll { jobs[$0] == nil }
  }
}

extension JobEvent {
  /// The worker that shows by this event that it runs something, and of which attempt.
  var sender: (Attempt, WorkerID)? {
    switch self {
    case .sign(let attempt, let worker), .snapshotStored(let attempt, _, _, _, _, _, let worker),
      .snapshotFailed(let attempt, _, _, _, let worker), .committed(let attempt, _, _, let worker):
      return (attempt, worker)
    case .subtask(let attempt, _, let state, _, _, _, let worker):
      return state == .deploying || state == .initializing || state == .running ? (attempt, worker) : nil
    case .cancelRequested, .placed, .waits, .tick, .attemptStored, .epochReserved, .checkpointStored, .workerLost: return nil
    }
  }
}
