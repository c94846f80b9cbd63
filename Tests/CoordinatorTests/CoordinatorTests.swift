//  The actor with model workers: what has been decided is done, in order, and is durable before it is visible.

import Checkpoints
import Coordination
import Dataflow
import Logging
import Testing
import Wire

@testable import Coordinator

@Suite(.timeLimit(.minutes(1)))
struct CoordinatorTests {
  /// Runs a coordinator over a store for as long as the body takes.
  private func withCoordinator<Value>(
    over store: any CheckpointStore = InMemoryCheckpointStore(), snapshots: any SnapshotStorage = InlineSnapshotStorage(),
    _ body: (Coordinator, ModelWorkers) async throws -> Value
  ) async throws -> Value {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let coordinator = Coordinator(
      configuration: CoordinatorConfiguration(), store: store, snapshots: snapshots, logger: logger)
    try await coordinator.recover()
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await coordinator.run() }
      let value: Value
      do { value = try await body(coordinator, ModelWorkers(coordinator)) } catch {
        group.cancelAll()
        throw error
      }
      group.cancelAll()
      try await group.waitForAll()
      return value
    }
  }

  private func deployment(_ message: CoordinatorMessage) -> Deployment? {
    if case .deploy(let deployment) = message { deployment } else { nil }
  }

  private func completed(_ message: CoordinatorMessage) -> Epoch? {
    if case .checkpointCompleted(_, _, let epoch) = message { epoch } else { nil }
  }

  @Test("a job whose inputs end is FINISHED after its last checkpoint is stored and committed")
  func finishes() async throws {
    let store = InMemoryCheckpointStore()
    try await withCoordinator(over: store) { coordinator, workers in
      let worker = workers.start("w1")
      let job = try await coordinator.submit(graph: testGraph { $0.checkpointInterval = nil })
      _ = await worker.received.first(deployment)
      workers.finish(job)
      #expect(try await coordinator.waitForEnd(of: job) == .finished)
      let details = try await coordinator.job(job)
      #expect(details.vertices.map(\.name) == ["source", "sink"])
      #expect(details.vertices.map(\.state) == [.finished, .finished])
      #expect(details.edges.map(\.from.hex) == ["source"])
      #expect(details.summary.tasks == [.finished: 4])
      #expect(try await coordinator.checkpoints(of: job).counts.completed == 1)
      let overview = await coordinator.overview()
      #expect(overview.jobsFinished == 1 && overview.slotsAvailable == 2 && overview.workerCount == 1)
      #expect(try store.checkpoints(of: job).map(\.handles.count) == [5])
    }
  }

  @Test("checkpoints complete by themselves, in the store before any worker hears of it")
  func checkpoints() async throws {
    let store = InMemoryCheckpointStore()
    try await withCoordinator(over: store) { coordinator, workers in
      let worker = workers.start("w1")
      let job = try await coordinator.submit(graph: testGraph())
      for expected in 1...3 as ClosedRange<Int64> {
        let epoch = await worker.received.first(completed)
        #expect(epoch == Epoch(expected))
        #expect(try store.checkpoints(of: job).first.map { $0.epoch >= Epoch(expected) } == true)
      }
      let overview = try await coordinator.checkpoints(of: job)
      #expect(overview.latestCompleted?.acknowledgedCount == 5)
      #expect(overview.vertexIDs.map { $0?.hex } == [nil, "source", "sink"])
    }
  }

  @Test("a lost worker's job goes on from its latest checkpoint on the slots that are left")
  func workerLost() async throws {
    try await withCoordinator { coordinator, workers in
      let first = workers.start("w1")
      let job = try await coordinator.submit(graph: testGraph())
      _ = await first.received.first(completed)
      let second = workers.start("w2")
      workers.kill(first)
      let deployment = try #require(await second.received.first(deployment))
      #expect(deployment.attempt == Attempt(2))
      #expect((deployment.restore?.epoch.number ?? 0) >= 1 && deployment.restore?.snapshots.count == 5)
      #expect(Set(deployment.placements.map(\.worker)) == [second.id])
      // It runs again: checkpoints of the second attempt complete, with higher epochs.
      let epoch = try #require(await second.received.first(completed))
      #expect(epoch > (deployment.restore?.epoch ?? Epoch(0)))
      let exceptions = try await coordinator.exceptions(of: job)
      #expect(exceptions.map(\.kind) == ["workerLost"] && exceptions[0].worker == first.id)
      #expect(try await coordinator.checkpoints(of: job).restored?.epoch == deployment.restore?.epoch)
    }
  }

  @Test("without enough slots the job says what it waits for, and starts when a worker comes")
  func waitsForSlots() async throws {
    try await withCoordinator { coordinator, workers in
      let first = workers.start("w1", slots: 1)
      _ = await first.received.first { if case .registered = $0 { true } else { nil } }
      let job = try await coordinator.submit(graph: testGraph())
      let summary = try await coordinator.job(job).summary
      #expect(summary.state == .created && summary.waitingFor == "waits for 2 slots: 1 of 1 on 1 workers are free")
      workers.start("w2", slots: 1)
      let placements = try #require(await first.received.first(deployment)).placements
      #expect(Set(placements.map(\.worker.name)) == ["w1", "w2"])
    }
  }

  @Test("a snapshot that cannot be stored fails the checkpoint, not the job, and says why")
  func declinedSnapshot() async throws {
    try await withCoordinator { coordinator, workers in
      let worker = workers.start("w1")
      worker.declineSnapshots(true)
      let job = try await coordinator.submit(graph: testGraph())
      _ = await worker.received.first { if case .checkpointAborted = $0 { true } else { nil } }
      let failed = try await coordinator.checkpoints(of: job)
      #expect(failed.latestFailed?.failureMessage?.contains("disk full") == true)
      #expect(try await coordinator.job(job).summary.state == .running)
      worker.declineSnapshots(false)
      #expect(await worker.received.first(completed) != nil)
      #expect(try await coordinator.exceptions(of: job).isEmpty)
    }
  }

  @Test("an error that a retry cannot mend fails the job at once")
  func neverRetry() async throws {
    try await withCoordinator { coordinator, workers in
      let worker = workers.start("w1")
      let job = try await coordinator.submit(graph: testGraph())
      _ = await worker.received.first(deployment)
      worker.fail(
        job, SubtaskID(vertex: 1, subtask: 1), SubtaskFailure(domain: .user, retry: .never, message: "field 3 is no number"))
      #expect(try await coordinator.waitForEnd(of: job) == .failed)
      let exception = try #require(await coordinator.exceptions(of: job).first)
      #expect(exception.taskName == "source (2/2)" && exception.kind == "user" && exception.message.hasPrefix("field 3 is no number"))
      await #expect(throws: CoordinatorError.jobHasEnded(job, .failed)) { try await coordinator.cancel(job) }
    }
  }

  @Test("a worker's slots say how many subtasks are in them, without the enumerator that nobody is shown")
  func slotsCountVisibleSubtasks() async throws {
    try await withCoordinator { coordinator, workers in
      let worker = workers.start("w1")
      let job = try await coordinator.submit(graph: testGraph())
      _ = await worker.received.first(deployment)
      let slots = try await coordinator.worker(worker.id).allocatedSlots
      #expect(slots == [AllocatedSlot(slot: 0, job: job, subtaskCount: 2), AllocatedSlot(slot: 1, job: job, subtaskCount: 2)])
    }
  }

  @Test("a cancelled job is CANCELED, and its slots are free")
  func cancel() async throws {
    try await withCoordinator { coordinator, workers in
      let worker = workers.start("w1")
      let job = try await coordinator.submit(graph: testGraph())
      _ = await worker.received.first(deployment)
      try await coordinator.cancel(job)
      #expect(try await coordinator.waitForEnd(of: job) == .canceled)
      #expect(await coordinator.overview().slotsAvailable == 2)
      #expect(try await coordinator.job(job).vertices.map(\.state) == [.canceled, .canceled])
    }
  }

  @Test("a job that was told to be cancelled is cancelled by a coordinator that comes after")
  func cancelIsDurable() async throws {
    let store = GuardedStore()
    try await withCoordinator(over: store) { coordinator, workers in
      let worker = workers.start("w1")
      let job = try await coordinator.submit(graph: testGraph())
      _ = await worker.received.first(deployment)
      store.holdUpdates()
      let release = Task {
        for _ in 0..<100 { _ = await coordinator.overview() }
        store.releaseUpdates()
      }
      try await coordinator.cancel(job)
      #expect([.cancelling, .canceled].contains(try store.jobs().first?.state))
      await release.value
    }
  }

  @Test("the snapshots of a job that has ended stay until its end is stored")
  func endIsStoredBeforeSnapshotsGo() async throws {
    let store = GuardedStore()
    let snapshots = RecordingSnapshots()
    try await withCoordinator(over: store, snapshots: snapshots) { coordinator, workers in
      let worker = workers.start("w1")
      let job = try await coordinator.submit(graph: testGraph { $0.checkpointInterval = nil })
      _ = await worker.received.first(deployment)
      store.refuseEnd(true)
      workers.finish(job)
      #expect(try await coordinator.waitForEnd(of: job) == .finished)
      await coordinator.storeQueue.value {}
      await coordinator.fileQueue.value {}
      #expect(snapshots.sweptCount == 0)
      store.refuseEnd(false)
      _ = await snapshots.sweeps.first { $0 }
      #expect(try store.jobs().first?.state == .finished)
    }
  }

  @Test("a coordinator that is started again on the same store goes on with its jobs from their latest checkpoint")
  func recovers() async throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/store.sqlite"
    let (job, epoch) = try await withCoordinator(over: SQLiteCheckpointStore(path: path)) { coordinator, workers in
      let worker = workers.start("w1")
      let job = try await coordinator.submit(graph: testGraph())
      return (job, try #require(await worker.received.first(completed)))
    }
    try await withCoordinator(over: SQLiteCheckpointStore(path: path)) { coordinator, workers in
      #expect(await coordinator.overview().term == Term(2))
      #expect(try await coordinator.job(job).summary.state == .restarting)
      let worker = workers.start("w1")
      let deployment = try #require(await worker.received.first(deployment))
      #expect(deployment.job == job && deployment.term == Term(2) && deployment.attempt == Attempt(2))
      #expect((deployment.restore?.epoch ?? Epoch(0)) >= epoch)
      workers.finish(job)
      #expect(try await coordinator.waitForEnd(of: job) == .finished)
    }
    // The end, too, was stored.
    try await withCoordinator(over: SQLiteCheckpointStore(path: path)) { coordinator, _ in
      #expect(await coordinator.jobs().map(\.state) == [.finished])
    }
  }

  @Test("a coordinator that has been superseded stops")
  func superseded() async throws {
    let store = InMemoryCheckpointStore()
    await #expect(throws: CoordinatorSuperseded.self) {
      try await withCoordinator(over: store) { coordinator, workers in
        let worker = workers.start("w1")
        let job = try await coordinator.submit(graph: testGraph())
        _ = await worker.received.first(deployment)
        _ = try store.beginTerm()
        // Its links close: it can do no more harm.
        #expect(await worker.received.first { _ in nil as Bool? } == nil)
        await #expect(throws: CoordinatorError.stopped) { try await coordinator.waitForEnd(of: job) }
      }
    }
  }

  @Test("a worker that does not share the snapshot storage is refused by name", arguments: [nil, "another"])
  func refused(nonce: String?) async throws {
    try await withCoordinator { coordinator, workers in
      let worker = workers.start("w1", nonce: nonce)
      let reason = await worker.received.first { if case .refused(let reason) = $0 { reason } else { nil } }
      #expect(reason?.contains("\"w1\"") == true && reason?.contains("snapshot storage") == true)
      #expect(await coordinator.overview().workerCount == 0)
    }
  }

  @Test("a worker that runs what is no longer wanted is told to cancel it")
  func stale() async throws {
    try await withCoordinator { coordinator, workers in
      let worker = workers.start("w1")
      let unknown = JobID(hex: "unknown")
      worker.say(.metrics([SubtaskMetrics(job: unknown, attempt: Attempt(3), subtask: SubtaskID(vertex: 0, subtask: 0))]))
      let cancelled = await worker.received.first { if case .cancel(let job, let attempt) = $0 { (job, attempt) } else { nil } }
      #expect(cancelled?.0 == unknown && cancelled?.1 == Attempt(3))
    }
  }

  @Test("metrics become counters and ratios, console output can be followed")
  func metricsAndConsole() async throws {
    try await withCoordinator { coordinator, workers in
      let worker = workers.start("w1")
      let job = try await coordinator.submit(graph: testGraph())
      let attempt = try #require(await worker.received.first(deployment)).attempt
      var metrics = SubtaskMetrics(job: job, attempt: attempt, subtask: SubtaskID(vertex: 1, subtask: 0))
      worker.say(.metrics([metrics]))
      metrics.recordsOut = 500
      metrics.busyMicroseconds = 300
      metrics.idleMicroseconds = 100
      metrics.watermark = 42
      worker.say(.metrics([metrics]))
      worker.say(.console(job: job, subtask: SubtaskID(vertex: 2, subtask: 0), lines: Array("+I[1]\n".utf8), isError: false))
      let chunk = try await coordinator.waitForConsole(of: job, from: 0, timeout: 30_000_000)
      #expect(chunk.bytes == Array("+I[1]\n".utf8) && chunk.nextOffset == 6 && !chunk.isEnd)
      let source = try await coordinator.job(job).vertices[0]
      #expect(source.metrics.recordsOut == 500 && source.subtasks[0].metrics.watermark == 42)
      // The other subtask has not reported yet.
      #expect(!source.metrics.isComplete)
      #expect(abs(source.subtasks[0].rates.busyRatio - 0.75) < 1e-9 && source.maxBusyRatio == source.subtasks[0].rates.busyRatio)
      try await coordinator.cancel(job)
      _ = try await coordinator.waitForEnd(of: job)
      #expect(try await coordinator.waitForConsole(of: job, from: 6, timeout: 30_000_000).isEnd)
    }
  }

  @Test("a graph that nobody could run is refused")
  func invalidGraph() async throws {
    try await withCoordinator { coordinator, _ in
      var graph = testGraph()
      graph.vertices[1].parallelism = 0
      await #expect(throws: CoordinatorError.self) { try await coordinator.submit(graph: graph) }
      await #expect(throws: CoordinatorError.noSuchJob(JobID(hex: "x"))) { try await coordinator.job(JobID(hex: "x")) }
    }
  }
}
