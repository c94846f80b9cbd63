//  A worker on its own, with a scripted coordinator: deploying, checkpoints, commits, restores, failures, fencing.

import Columnar
import Dataflow
import Synchronization
import Testing
import Wire
import Worker

/// One worker of two slots.
private struct Fixture {
  let coordinator = ScriptedCoordinator()
  let connectors = TestConnectors()
  let storage = MemoryStorage()
  let printed = Printed()
  let releases = Releases()
  let worker: Worker
  let places: [(worker: WorkerID, slot: Int, host: String, port: Int)]

  final class Printed: Sendable {
    let bytes = Mutex<[UInt8]>([])
  }

  /// Counts how often the worker has given memory back.
  final class Releases: Sendable {
    private let count = Mutex(0)
    private let stream = AsyncStream<Int>.makeStream()
    func add() {
      stream.continuation.yield(
        count.withLock {
          $0 += 1; return $0
        })
    }
    var current: Int { count.withLock(\.self) }
    func wait(for wanted: Int) async { for await seen in stream.stream where seen >= wanted { return } }
  }

  init() {
    let id = WorkerID("w")
    let (printed, releases) = (printed, releases)
    var configuration = WorkerConfiguration(
      id: id, slotCount: 2, standardOutput: { lines, _ in printed.bytes.withLock { $0 += lines } }, releaseMemory: { releases.add() })
    configuration.timings.emptySlotMicroseconds = 1_000
    worker = Worker(
      configuration: configuration,
      connectors: connectors, storage: storage, dataPlane: nil, send: coordinator.receiver)
    places = [(id, 0, "", 0), (id, 1, "", 0)]
    let worker = worker
    coordinator.workers.withLock { $0.append(worker) }
  }
}

@Suite(.timeLimit(.minutes(1))) struct OneWorkerTests {
  @Test("a bounded job runs to its end and commits every row once", arguments: [1, 2], [false, true])
  func boundedJob(parallelism: Int, blocks: Bool) async throws {
    let fixture = Fixture()
    defer { fixture.worker.shutdown() }
    var options = ["splits": "5", "rows": "1234"]
    if blocks { options["blocks"] = "true" }
    let job = TestJob.counting("a", parallelism: parallelism, source: options)
    fixture.worker.receive(.deploy(try job.deployment(on: fixture.places)))
    await fixture.coordinator.waitFor(.finished, count: 2 * parallelism)

    #expect(fixture.coordinator.reports(.running, attempt: 1).count == 1 + 2 * parallelism)
    #expect(fixture.connectors.world.rows == [], "nothing is visible before a checkpoint is complete")
    _ = await fixture.coordinator.checkpoint(job, epoch: 1)
    fixture.coordinator.complete(job, epoch: 1)
    await fixture.coordinator.waitForCommit(vertex: 2, count: parallelism, epoch: 1)
    #expect(fixture.connectors.world.rows == OutsideWorld.expected(splits: 5, rows: 1234))

    fixture.worker.receive(.cancel(job: job.id, attempt: Attempt(1)))
    await fixture.coordinator.waitFor(.canceled, count: 1)
    #expect(fixture.coordinator.reports(.canceled, attempt: 1).map(\.subtask) == [SubtaskID(vertex: 0, subtask: 0)])
  }

  @Test("a job that is cancelled and restored commits every row once, at any parallelism", arguments: [1, 2], [1, 2])
  func restore(before: Int, after: Int) async throws {
    let fixture = Fixture()
    defer { fixture.worker.shutdown() }
    let coordinator = fixture.coordinator
    var job = TestJob.counting("a", parallelism: before, source: ["splits": "4", "rows": "5000"], rowsPerSecond: 20_000)
    fixture.worker.receive(.deploy(try job.deployment(on: fixture.places)))
    await coordinator.waitFor(.running, count: 1 + 2 * before)
    _ = await coordinator.checkpoint(job, epoch: 1)
    coordinator.complete(job, epoch: 1)
    let second = await coordinator.checkpoint(job, epoch: 2)
    // The coordinator dies before it can say that checkpoint 2 is complete: restoring has to commit it.

    job = TestJob.counting("a", parallelism: after, source: ["splits": "4", "rows": "5000"])
    fixture.worker.receive(.deploy(try job.deployment(on: fixture.places, attempt: 2, restore: second)))
    await coordinator.waitFor(.finished, count: 2 * after, attempt: 2)
    _ = await coordinator.checkpoint(job, epoch: 3, attempt: 2)
    coordinator.complete(job, epoch: 3, attempt: 2)
    await coordinator.waitForCommit(vertex: 2, count: after, epoch: 3, attempt: 2)
    #expect(fixture.connectors.world.rows == OutsideWorld.expected(splits: 4, rows: 5000))
    #expect(fixture.connectors.world.lost == [])
  }

  @Test("a slot that has become empty gives its memory back, once for each job")
  func memoryGoesBack() async throws {
    let fixture = Fixture()
    defer { fixture.worker.shutdown() }
    let endless = TestJob.counting("a", parallelism: 2, source: ["rows": "10", "endless": "true"])
    fixture.worker.receive(.deploy(try endless.deployment(on: fixture.places)))
    await fixture.coordinator.waitFor(.running, count: 5)
    _ = await fixture.coordinator.checkpoint(endless, epoch: 1)
    #expect(fixture.releases.current == 0, "a job that runs keeps its memory")
    fixture.worker.receive(.cancel(job: endless.id, attempt: Attempt(1)))
    await fixture.releases.wait(for: 2)

    let bad = TestJob.counting("bad", parallelism: 1, source: ["rows": "10"], sink: ["fails": "true"])
    fixture.worker.receive(.deploy(try bad.deployment(on: fixture.places)))
    await fixture.coordinator.waitFor(.failed, count: 1)
    fixture.worker.receive(.cancel(job: bad.id, attempt: Attempt(1)))
    await fixture.releases.wait(for: 3)
    #expect(fixture.releases.current == 3)
  }

  @Test("a subtask that fails is reported with its reason, and the worker runs the next job")
  func failure() async throws {
    let fixture = Fixture()
    defer { fixture.worker.shutdown() }
    let bad = TestJob.counting("bad", parallelism: 1, source: ["rows": "10"], sink: ["fails": "true"])
    fixture.worker.receive(.deploy(try bad.deployment(on: fixture.places)))
    await fixture.coordinator.waitFor(.failed, count: 1)
    let report = fixture.coordinator.reports(.failed, attempt: 1)[0]
    #expect(report.subtask == SubtaskID(vertex: 2, subtask: 0))
    #expect(
      report.failure == SubtaskFailure(domain: .external, retry: .restartFromCheckpoint, message: "the outside world is gone"))

    let good = TestJob.counting("good", parallelism: 1, source: ["rows": "10"])
    fixture.worker.receive(.deploy(try good.deployment(on: fixture.places)))
    await fixture.coordinator.waitFor(.finished, count: 3)  // the failing job's source, and both of this one
  }

  @Test("a snapshot that cannot be stored fails the checkpoint and not the job")
  func brokenStorage() async throws {
    let fixture = Fixture()
    defer { fixture.worker.shutdown() }
    let job = TestJob.counting("a", parallelism: 1, source: ["rows": "10", "endless": "true"])
    fixture.worker.receive(.deploy(try job.deployment(on: fixture.places)))
    await fixture.coordinator.waitFor(.running, count: 3)
    fixture.storage.isBroken.withLock { $0 = true }
    fixture.worker.receive(
      .triggerCheckpoint(CheckpointTrigger(job: job.id, attempt: Attempt(1), epoch: Epoch(1), triggeredAt: 0)))
    await fixture.coordinator.wait { messages in
      messages.count { if case .snapshotFailed(_, _, _, Epoch(1), "disk full") = $0 { true } else { false } } == 3
    }
    fixture.storage.isBroken.withLock { $0 = false }
    _ = await fixture.coordinator.checkpoint(job, epoch: 2)
    #expect(fixture.coordinator.reports(.failed, attempt: 1) == [])
  }

  @Test("what belongs to an older attempt or an older term is ignored")
  func fencing() async throws {
    let fixture = Fixture()
    defer { fixture.worker.shutdown() }
    let job = TestJob.counting("a", parallelism: 1, source: ["rows": "10", "endless": "true"])
    fixture.worker.receive(.deploy(try job.deployment(on: fixture.places, attempt: 2, term: 5)))
    await fixture.coordinator.waitFor(.running, count: 3, attempt: 2)
    fixture.worker.receive(.deploy(try job.deployment(on: fixture.places, attempt: 1, term: 5)))
    fixture.worker.receive(.deploy(try job.deployment(on: fixture.places, attempt: 3, term: 4)))
    fixture.worker.receive(.cancel(job: job.id, attempt: Attempt(1)))
    fixture.worker.receive(
      .triggerCheckpoint(CheckpointTrigger(job: job.id, attempt: Attempt(1), epoch: Epoch(7), triggeredAt: 0)))
    _ = await fixture.coordinator.checkpoint(job, epoch: 8, attempt: 2)
    let attempts = Set(
      fixture.coordinator.messages.compactMap { message -> Int? in
        switch message {
        case .subtaskState(let report): report.attempt.number
        case .snapshotStored(let report): report.epoch == Epoch(8) ? report.attempt.number : -1
        default: nil
        }
      })
    #expect(attempts == [2])
  }

  @Test("a deployment that was cancelled before it arrived starts nothing")
  func cancelOvertakesDeploy() async throws {
    let fixture = Fixture()
    defer { fixture.worker.shutdown() }
    let job = TestJob.counting("a", parallelism: 1, source: ["rows": "10"])
    fixture.worker.receive(.cancel(job: job.id, attempt: Attempt(1)))
    fixture.worker.receive(.deploy(try job.deployment(on: fixture.places)))
    fixture.worker.receive(.deploy(try job.deployment(on: fixture.places, attempt: 2)))
    await fixture.coordinator.waitFor(.finished, count: 2, attempt: 2)
    #expect(fixture.coordinator.reports(.deploying, attempt: 1) == [])
  }

  @Test("registering anew ends what ran before")
  func registeringAnew() async throws {
    let fixture = Fixture()
    defer { fixture.worker.shutdown() }
    let job = TestJob.counting("a", parallelism: 1, source: ["rows": "10", "endless": "true"])
    fixture.worker.receive(.deploy(try job.deployment(on: fixture.places)))
    await fixture.coordinator.waitFor(.running, count: 3)
    fixture.worker.coordinatorLost()
    fixture.worker.receive(
      .registered(RegistrationAccepted(term: Term(2), heartbeatIntervalMicroseconds: 1, heartbeatTimeoutMicroseconds: 2)))
    await fixture.coordinator.waitFor(.canceled, count: 3)
    fixture.worker.receive(.deploy(try job.deployment(on: fixture.places, attempt: 2, term: 1)))
    fixture.worker.receive(.deploy(try job.deployment(on: fixture.places, attempt: 3, term: 2)))
    await fixture.coordinator.waitFor(.running, count: 3, attempt: 3)
    #expect(fixture.coordinator.reports(.running, attempt: 2) == [])
  }

  @Test("what a job prints reaches standard output and the coordinator, whole lines at a time")
  func printing() async throws {
    let fixture = Fixture()
    defer { fixture.worker.shutdown() }
    let job = TestJob.counting("a", parallelism: 1, source: ["rows": "30000"], sinkConnector: "print")
    fixture.worker.receive(.deploy(try job.deployment(on: fixture.places)))
    await fixture.coordinator.waitFor(.finished, count: 2)
    let expected = (0..<30_000).map { "0,\($0)\n" }.joined()
    var told: [UInt8] = []
    for case .console(_, _, let lines, _) in fixture.coordinator.messages {
      #expect(lines.last == 0x0A)
      told += lines
    }
    #expect(String(decoding: told, as: UTF8.self) == expected)
    #expect(fixture.printed.bytes.withLock { String(decoding: $0, as: UTF8.self) } == expected)
  }

  @Test("a graph that cannot be read, or a slot that is not there, fails the job with a reason")
  func badDeployments() async throws {
    let fixture = Fixture()
    defer { fixture.worker.shutdown() }
    let job = TestJob.counting("a", parallelism: 1, source: [:])
    var unreadable = try job.deployment(on: fixture.places)
    unreadable.graph = Array("{}".utf8)
    fixture.worker.receive(.deploy(unreadable))
    await fixture.coordinator.waitFor(.failed, count: 1)
    var cyclic = job
    cyclic.graph.edges[1].to = 0
    fixture.worker.receive(.deploy(try cyclic.deployment(on: fixture.places, attempt: 2)))
    await fixture.coordinator.waitFor(.failed, count: 1, attempt: 2)
    let elsewhere = try job.deployment(on: [(WorkerID("w"), 7, "", 0)], attempt: 3)
    fixture.worker.receive(.deploy(elsewhere))
    await fixture.coordinator.waitFor(.failed, count: 1, attempt: 3)
    #expect(fixture.coordinator.reports(.failed, attempt: 1)[0].failure?.message.hasPrefix("could not read the job graph") == true)
    #expect(fixture.coordinator.reports(.failed, attempt: 2)[0].failure?.message == "the job graph does not hold together")
    #expect(
      fixture.coordinator.reports(.failed, attempt: 3)[0].failure?.message == "subtask 0.0 is placed in slot 7, which is not there")
  }

  @Test("a sink that does not take more stops its source, which says that it is back-pressured")
  func backPressure() async throws {
    let fixture = Fixture()
    defer { fixture.worker.shutdown() }
    var job = TestJob.counting("a", parallelism: 2, source: ["splits": "8", "rows": "200000"], sink: ["slow": "true"])
    job.graph.vertices[1].parallelism = 1
    // The source alone on slot 0, so that the sinks' waiting does not hold its thread.
    var deployment = try job.deployment(on: fixture.places)
    for index in deployment.placements.indices where deployment.placements[index].subtask.vertex == 2 {
      deployment.placements[index].slot = 1
    }
    fixture.worker.receive(.deploy(deployment))
    let source = SubtaskID(vertex: 1, subtask: 0)
    await fixture.coordinator.wait { messages in
      messages.contains { message in
        guard case .metrics(let all) = message else { return false }
        return all.contains { $0.subtask == source && $0.backPressuredMicroseconds > 300_000 }
      }
    }
    let blocked = fixture.coordinator.messages.compactMap { message -> SubtaskMetrics? in
      if case .metrics(let all) = message { all.first { $0.subtask == source } } else { nil }
    }.last!
    // Two channels of 1 MiB, and a gathered batch on its way to each; a row is 16 bytes.
    #expect(blocked.recordsOut < 2 * ((1 << 16) + 3 * 4_096))
    fixture.connectors.gate.open()
    await fixture.coordinator.waitFor(.finished, count: 3)
    _ = await fixture.coordinator.checkpoint(job, epoch: 1)
    fixture.coordinator.complete(job, epoch: 1)
    await fixture.coordinator.waitForCommit(vertex: 2, count: 2, epoch: 1)
    #expect(fixture.connectors.world.contents.withLock { $0.visible.values.reduce(0) { $0 + $1.count } } == 1_600_000)
  }
}
