//  From submission to the end, by way of lost workers, failures, late messages and a store that refuses.

import Dataflow
import Testing

@testable import Coordination

/// A job of one enumerator, one source and one sink on worker 1.
private struct Driver {
  var job: JobLifecycle
  var now: Int64 = 0
  private(set) var actions: [JobAction] = []

  init(_ change: (inout JobOptions) -> Void = { _ in }) throws {
    let graph = graph(change)
    job = JobLifecycle(id: jobID, topology: try JobTopology(graph), options: graph.options, submittedAt: 0, now: 0)
  }

  @discardableResult
  mutating func send(_ event: JobEvent) -> [JobAction] {
    actions = job.handle(event, now: now)
    return actions
  }

  mutating func report(
    _ vertex: Int, _ state: SubtaskState, attempt: Int? = nil, failure: SubtaskFailure? = nil, from worker: WorkerID = w1
  )
    -> [JobAction]
  {
    send(
      .subtask(
        Attempt(attempt ?? job.attempt.number), id(vertex), state, at: now, failure: failure,
        finalSnapshot: state == .finished ? handle(id(vertex), "final \(vertex)") : nil, from: worker))
  }

  /// Placed, stored, deployed and running.
  mutating func start(on worker: WorkerID = w1) {
    send(.placed(placements(job.topology, on: [worker])))
    send(.attemptStored(job.attempt, error: nil))
    for vertex in 0..<3 { _ = report(vertex, .running, from: worker) }
  }

  /// Everything that has to end, ends.
  mutating func stopped(_ vertices: [Int] = [0, 1, 2], from worker: WorkerID = w1) -> [JobAction] {
    vertices.flatMap { report($0, .canceled, from: worker) }
  }

  /// A whole checkpoint; gives what follows the transaction.
  mutating func checkpoint(_ epoch: Int64, from worker: WorkerID = w1) -> [JobAction] {
    send(.epochReserved(Epoch(epoch), error: nil))
    for vertex in 0..<3 {
      send(.snapshotStored(job.attempt, Epoch(epoch), handle(id(vertex), "\(epoch)/\(vertex)"), from: worker))
    }
    return send(.checkpointStored(Epoch(epoch), error: nil))
  }
}

struct JobLifecycleTests {
  private let userError = SubtaskFailure(domain: .external, retry: .restartFromCheckpoint, message: "broken pipe")

  @Test("the placement is stored before anything is deployed, and the job is RUNNING when every subtask runs")
  func deployment() throws {
    var driver = try Driver()
    #expect(driver.job.state == .created && driver.job.wantedSlotCount == 1)
    let placed = placements(driver.job.topology, on: [w1])
    #expect(driver.send(.placed(placed)) == [.storeAttempt(Attempt(1), placed, restoredFrom: nil)])
    #expect(driver.job.wantedSlotCount == nil)
    #expect(driver.send(.attemptStored(Attempt(1), error: nil)) == [.deploy(Attempt(1), placed, nil)])
    #expect(driver.report(0, .running) == [] && driver.report(1, .running) == [])
    #expect(driver.job.state == .created)
    driver.now = 5
    #expect(driver.report(2, .running) == [.storeState(.running)])
    #expect(driver.job.timestamps == [.initializing: 0, .created: 0, .running: 5])
  }

  @Test("a store that refuses the placement is asked again, and the job says so")
  func storeRefusesAttempt() throws {
    var driver = try Driver()
    driver.send(.placed(placements(driver.job.topology, on: [w1])))
    #expect(driver.send(.attemptStored(Attempt(1), error: "disk full")) == [.releaseSlots])
    #expect(driver.job.waitingFor == "waits for the coordinator's store: disk full")
    driver.now = JobLifecycle.storeRetryDelay
    #expect(driver.send(.tick) == [] && driver.job.wantedSlotCount == 1)
    driver.start()
    #expect(driver.job.attempt == Attempt(2) && driver.job.state == .running)
  }

  @Test("a worker lost while the placement is stored: nothing is deployed, and slots are looked for anew")
  func lostWhileStoring() throws {
    var driver = try Driver()
    driver.send(.placed(placements(driver.job.topology, on: [w1])))
    #expect(driver.send(.workerLost(w1, reason: "gone")) == [])
    #expect(driver.send(.attemptStored(Attempt(1), error: nil)) == [.releaseSlots])
    #expect(driver.job.wantedSlotCount == 1 && driver.job.failures.isEmpty)
  }

  @Test("a lost worker: no delay, attempt + 1, from the latest complete checkpoint")
  func workerLost() throws {
    var driver = try Driver()
    driver.start()
    driver.now = 10 * second
    #expect(driver.send(.tick) == [.reserveEpoch(Epoch(1))])
    #expect(driver.checkpoint(1) == [.announceCompleted(Attempt(1), Epoch(1), workers: [w1])])
    driver.now = 11 * second
    let actions = driver.send(.workerLost(w1, reason: "connection reset"))
    #expect(actions.contains(.storeState(.restarting)) && actions.last == .releaseSlots)
    // Nobody is left to cancel.
    #expect(!actions.contains { if case .cancel = $0 { true } else { false } })
    #expect(driver.job.wantedSlotCount == 1 && driver.job.state == .restarting)
    let placed = placements(driver.job.topology, on: [w2])
    #expect(driver.send(.placed(placed)) == [.storeAttempt(Attempt(2), placed, restoredFrom: Epoch(1))])
    let restore = RestorePoint(epoch: Epoch(1), snapshots: (0..<3).map { handle(id($0), "1/\($0)") })
    #expect(driver.send(.attemptStored(Attempt(2), error: nil)) == [.deploy(Attempt(2), placed, restore)])
    for vertex in 0..<2 { _ = driver.report(vertex, .running, from: w2) }
    #expect(driver.report(2, .running, from: w2) == [.storeState(.running), .sweep(before: Attempt(2))])
    #expect(driver.job.failures.map(\.kind) == ["workerLost"])
  }

  @Test("a failed subtask: the attempt is cancelled everywhere, and the job waits for all to stop and for the delay")
  func subtaskFailed() throws {
    var driver = try Driver { $0.restart = .fixedDelay(attempts: 1, delay: 3 * second) }
    driver.start()
    let actions = driver.report(1, .failed, failure: userError)
    #expect(actions.contains(.cancel(Attempt(1), workers: [w1])) && driver.job.state == .restarting)
    // Only the first failure counts.
    #expect(driver.report(2, .failed, failure: userError) == [])
    #expect(driver.report(0, .canceled) == [.releaseSlots])
    #expect(driver.job.wantedSlotCount == nil && driver.job.waitingFor == "waits out the restart delay")
    driver.now = 3 * second - 1
    driver.send(.tick)
    #expect(driver.job.wantedSlotCount == nil)
    driver.now = 3 * second
    driver.send(.tick)
    driver.start()
    #expect(driver.job.state == .running && driver.job.attempt == Attempt(2))
    // The second failure is one too many.
    let last = driver.report(1, .failed, failure: userError)
    #expect(driver.job.state == .failing && last.contains(.storeState(.failing)))
    #expect(driver.stopped([0, 2]) == [.releaseSlots, .storeState(.failed), .ended(.failed)])
    #expect(driver.job.failures.first?.message == "broken pipe (not restarted: the restart strategy 'fixed-delay' allows 1 restarts)")
  }

  @Test("subtasks that do not stop in time are not waited for")
  func stopTimeout() throws {
    var driver = try Driver { $0.restart = .fixedDelay(attempts: 9, delay: 0) }
    driver.start()
    _ = driver.report(1, .failed, failure: userError)
    #expect(driver.job.nextDeadline == JobLifecycle.stopTimeout)
    driver.now = JobLifecycle.stopTimeout
    #expect(driver.send(.tick) == [.releaseSlots])
    #expect(driver.job.wantedSlotCount == 1)
  }

  @Test("a peer that fails before the lost worker is noticed does not cost the restart its delay")
  func peerFailsFirst() throws {
    var driver = try Driver()
    driver.start()
    _ = driver.report(1, .failed, failure: userError)
    _ = driver.stopped([0, 2])
    #expect(driver.job.nextDeadline == second)
    driver.now = 10_000
    #expect(driver.send(.workerLost(w1, reason: "gone")).count == 1)
    #expect(driver.job.nextDeadline == 10_000)
    driver.send(.tick)
    #expect(driver.job.wantedSlotCount == 1)
    #expect(driver.job.failures.map(\.kind) == ["workerLost", "external"])
  }

  @Test("what belongs to an older attempt changes nothing, and is to be cancelled where it came from")
  func fencing() throws {
    var driver = try Driver()
    driver.start()
    driver.send(.workerLost(w1, reason: "gone"))
    driver.start(on: w2)
    let before = driver.job.subtasks
    #expect(driver.report(1, .running, attempt: 1) == [.cancel(Attempt(1), workers: [w1])])
    #expect(driver.report(1, .failed, attempt: 1, failure: userError) == [])
    #expect(driver.report(1, .finished, attempt: 1) == [])
    #expect(driver.send(.sign(Attempt(1), from: w1)) == [.cancel(Attempt(1), workers: [w1])])
    #expect(driver.send(.snapshotStored(Attempt(1), Epoch(1), handle(id(1), "x"), from: w1)) == [.cancel(Attempt(1), workers: [w1])])
    #expect(driver.send(.committed(Attempt(1), id(2), Epoch(1), from: w1)) == [.cancel(Attempt(1), workers: [w1])])
    // Of this attempt, but from a worker that does not have the subtask.
    #expect(driver.report(1, .failed, failure: userError, from: w1) == [])
    // Nobody has deployed that.
    #expect(driver.report(1, .failed, attempt: 9, failure: userError) == [])
    #expect(driver.send(.snapshotStored(Attempt(2), Epoch(1), handle(id(7), "x"), from: w2)) == [])
    #expect(driver.job.subtasks == before && driver.job.state == .running)
  }

  @Test(
    "an attempt that fails while its checkpoint is being stored is not restarted before the outcome is known", arguments: [true, false])
  func storingWhileFailing(succeeds: Bool) throws {
    var driver = try Driver { $0.restart = .fixedDelay(attempts: 9, delay: 0) }
    driver.start()
    driver.now = 10 * second
    driver.send(.tick)
    driver.send(.epochReserved(Epoch(1), error: nil))
    for vertex in 0..<3 { driver.send(.snapshotStored(Attempt(1), Epoch(1), handle(id(vertex), "\(vertex)"), from: w1)) }
    _ = driver.report(1, .failed, failure: userError)
    _ = driver.stopped([0, 2])
    driver.now += 5 * second
    driver.send(.tick)
    #expect(driver.job.wantedSlotCount == nil)
    let actions = driver.send(.checkpointStored(Epoch(1), error: succeeds ? nil : "disk full"))
    #expect(actions.last == .releaseSlots && !actions.contains { if case .announceCompleted = $0 { true } else { false } })
    driver.send(.placed(placements(driver.job.topology, on: [w1])))
    guard case .storeAttempt(_, _, let restoredFrom)? = driver.actions.first else { return #expect(Bool(false), "it restarts") }
    #expect(restoredFrom == (succeeds ? Epoch(1) : nil))
  }

  @Test("inputs end: a last checkpoint, then the commits, then the enumerators are cancelled, then FINISHED")
  func finishes() throws {
    var driver = try Driver()
    driver.start()
    #expect(driver.report(1, .finished) == [])
    #expect(driver.report(2, .finished) == [.reserveEpoch(Epoch(1))])
    #expect(driver.send(.epochReserved(Epoch(1), error: nil)) == [.trigger(Attempt(1), Epoch(1), triggeredAt: 0, workers: [w1])])
    let stored = driver.send(.snapshotStored(Attempt(1), Epoch(1), handle(id(0), "e"), from: w1))
    guard case .storeCheckpoint(let checkpoint, retained: 1)? = stored.first else { return #expect(Bool(false), "it is complete") }
    #expect(checkpoint.handles.map(\.location) == [.file(path: "e"), .file(path: "final 1"), .file(path: "final 2")])
    #expect(driver.send(.checkpointStored(Epoch(1), error: nil)) == [.announceCompleted(Attempt(1), Epoch(1), workers: [w1])])
    // An older commit is not the last one.
    #expect(driver.send(.committed(Attempt(1), id(2), Epoch(0), from: w1)) == [])
    #expect(driver.job.state == .running)
    #expect(driver.send(.committed(Attempt(1), id(2), Epoch(1), from: w1)) == [.cancel(Attempt(1), workers: [w1])])
    // Too late to be cancelled.
    #expect(driver.send(.cancelRequested) == [])
    #expect(driver.report(0, .canceled) == [.releaseSlots, .storeState(.finished), .ended(.finished)])
    #expect(driver.job.subtasks.map(\.state) == [.canceled, .finished, .finished])
  }

  @Test("subtasks that finish before the others are known to run do not keep the job from ending")
  func finishesEarly() throws {
    var driver = try Driver()
    driver.send(.placed(placements(driver.job.topology, on: [w1])))
    driver.send(.attemptStored(Attempt(1), error: nil))
    #expect(driver.report(1, .finished) == [] && driver.report(2, .finished) == [])
    #expect(driver.report(0, .running) == [.storeState(.running), .reserveEpoch(Epoch(1))])
  }

  @Test("the last checkpoint is tried until it is stored; the job neither ends nor fails meanwhile")
  func finalCheckpointFails() throws {
    var driver = try Driver()
    driver.start()
    _ = driver.report(1, .finished)
    _ = driver.report(2, .finished)
    for epoch in 1...5 as ClosedRange<Int64> {
      driver.send(.epochReserved(Epoch(epoch), error: nil))
      driver.send(.snapshotStored(Attempt(1), Epoch(epoch), handle(id(0), "e"), from: w1))
      driver.send(.checkpointStored(Epoch(epoch), error: epoch < 5 ? "disk full" : nil))
      #expect(driver.job.state == .running)
      guard epoch < 5, let deadline = driver.job.nextDeadline else { break }
      driver.now = deadline
      #expect(driver.send(.tick) == [.reserveEpoch(Epoch(epoch + 1))])
    }
    #expect(driver.send(.committed(Attempt(1), id(2), Epoch(5), from: w1)) == [.cancel(Attempt(1), workers: [w1])])
  }

  @Test("a sink that cannot commit the last checkpoint, or does not in time, restarts the job from it", arguments: [true, false])
  func commitFails(byTimeout: Bool) throws {
    var driver = try Driver()
    driver.start()
    _ = driver.report(1, .finished)
    _ = driver.report(2, .finished)
    driver.send(.epochReserved(Epoch(1), error: nil))
    driver.send(.snapshotStored(Attempt(1), Epoch(1), handle(id(0), "e"), from: w1))
    driver.send(.checkpointStored(Epoch(1), error: nil))
    if byTimeout {
      #expect(driver.job.nextDeadline == JobLifecycle.commitTimeout)
      driver.now = JobLifecycle.commitTimeout
      driver.send(.tick)
    } else {
      _ = driver.report(2, .failed, failure: userError)
    }
    #expect(driver.job.state == .restarting)
    _ = driver.stopped([0])
    driver.now += second
    driver.send(.tick)
    driver.send(.placed(placements(driver.job.topology, on: [w1])))
    guard case .storeAttempt(_, _, let restoredFrom)? = driver.actions.first else { return #expect(Bool(false), "it restarts") }
    #expect(restoredFrom == Epoch(1))
  }

  @Test("a job can be cancelled in every state, and ends once", arguments: 0..<5)
  func cancel(stage: Int) throws {
    var driver = try Driver()
    if stage == 1 { driver.send(.placed(placements(driver.job.topology, on: [w1]))) }
    if stage >= 2 { driver.start() }
    if stage >= 3 { _ = driver.report(1, .failed, failure: userError) }
    if stage == 4 { _ = driver.stopped([0, 2]) }
    var actions = driver.send(.cancelRequested)
    if stage == 2 {
      #expect(driver.job.state == .cancelling)
      actions += driver.stopped()
    } else if stage == 3 {
      actions += driver.stopped([0, 2])
    }
    #expect(driver.job.state == .canceled && actions.filter { $0 == .ended(.canceled) }.count == 1)
    #expect(driver.send(.cancelRequested) == [] && driver.send(.tick) == [] && driver.job.wantedSlotCount == nil)
    // What still runs of it is cancelled.
    #expect(driver.send(.sign(Attempt(1), from: w1)) == [.cancel(Attempt(1), workers: [w1])])
    #expect(driver.send(.attemptStored(Attempt(1), error: nil)) == [])
  }

  @Test("a new coordinator takes a job over as its state says")
  func resume() throws {
    let topology = try JobTopology(graph())
    let latest = CompletedCheckpoint(attempt: Attempt(3), epoch: Epoch(8), handles: [], triggeredAt: 0, completedAt: 1)
    func resumed(_ state: JobState) -> (JobLifecycle, [JobAction]) {
      var job = JobLifecycle(
        id: jobID, topology: topology, options: JobOptions(), state: state, timestamps: [state: 1], attempt: Attempt(3),
        nextEpoch: Epoch(11),
        latest: latest, failures: [])
      let actions = job.resume(now: 2)
      return (job, actions)
    }
    #expect(resumed(.running).1 == [.storeState(.restarting)])
    #expect(resumed(.cancelling).0.state == .canceled && resumed(.failing).0.state == .failed)
    for state in [JobState.finished, .failed, .canceled] {
      #expect(resumed(state).0.state == state && resumed(state).1 == [] && resumed(state).0.wantedSlotCount == nil)
    }
    var (job, _) = resumed(.running)
    let actions = job.handle(.placed(placements(topology, on: [w1])), now: 3)
    guard case .storeAttempt(Attempt(4), _, restoredFrom: Epoch(8))? = actions.first else { return #expect(Bool(false), "it goes on") }
    #expect(job.checkpoints.nextEpoch == Epoch(11))
  }
}
