//  Two workers that exchange batches over loopback, with a scripted coordinator.

import Checkpoints
import Columnar
import Dataflow
import Foundation
import Logging
import Synchronization
import Testing
import Transport
import Wire
import Worker

/// Workers of one slot each; subtask i of every vertex is on worker i modulo their number.
private struct Cluster {
  let coordinator = ScriptedCoordinator()
  let connectors = TestConnectors()
  let storage: any SnapshotStorage
  private(set) var workers: [Worker] = []
  private(set) var planes: [DataPlane] = []
  private(set) var places: [(worker: WorkerID, slot: Int, host: String, port: Int)] = []

  init(workerCount: Int, storage: any SnapshotStorage = MemoryStorage()) async throws {
    self.storage = storage
    for index in 0..<workerCount {
      let plane = DataPlane(configuration: TransportConfiguration(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      let address = try await plane.listen(host: "127.0.0.1", port: 0)
      let id = WorkerID("w\(index)")
      let worker = Worker(
        configuration: WorkerConfiguration(id: id, slotCount: 1) { _, _ in }, connectors: connectors, storage: storage, dataPlane: plane,
        send: coordinator.receiver)
      workers.append(worker)
      planes.append(plane)
      places.append((id, 0, address.host, address.port))
    }
    let all = workers
    coordinator.workers.withLock { $0 = all }
  }

  /// What the death of a process does, as far as it can be done to a part of one: its sockets close, its messages end.
  func kill(_ index: Int) async {
    let dead = workers[index]
    coordinator.workers.withLock { workers in workers.removeAll { $0 === dead } }
    await planes[index].stop()
    dead.shutdown()
  }

  func shutdown() async {
    for worker in workers { worker.shutdown() }
    for plane in planes { await plane.stop() }
  }
}

@Suite(.timeLimit(.minutes(1))) struct TwoWorkerTests {
  @Test("a job over two workers commits every row once", arguments: [2, 4], [false, true])
  func boundedJob(parallelism: Int, blocks: Bool) async throws {
    let cluster = try await Cluster(workerCount: 2)
    var options = ["splits": "6", "rows": "20000"]
    if blocks { options["blocks"] = "true" }
    let job = TestJob.counting("a", parallelism: parallelism, source: options)
    cluster.coordinator.broadcast(.deploy(try job.deployment(on: cluster.places)))
    await cluster.coordinator.waitFor(.finished, count: 2 * parallelism)
    _ = await cluster.coordinator.checkpoint(job, epoch: 1)
    cluster.coordinator.complete(job, epoch: 1)
    await cluster.coordinator.waitForCommit(vertex: 2, count: parallelism, epoch: 1)
    #expect(cluster.connectors.world.rows == OutsideWorld.expected(splits: 6, rows: 20_000))
    #expect(cluster.coordinator.reports(.failed, attempt: 1) == [])
    await cluster.shutdown()
  }

  @Test("when a worker dies the other reports it, and a restart on what is left commits every row once")
  func lostWorker() async throws {
    let cluster = try await Cluster(workerCount: 2)
    let coordinator = cluster.coordinator
    let job = TestJob.counting("a", parallelism: 2, source: ["splits": "4", "rows": "20000"], rowsPerSecond: 40_000)
    coordinator.broadcast(.deploy(try job.deployment(on: cluster.places)))
    await coordinator.waitFor(.running, count: 5)
    let restore = await coordinator.checkpoint(job, epoch: 1)
    coordinator.complete(job, epoch: 1)
    await coordinator.waitForCommit(vertex: 2, count: 2, epoch: 1)
    await cluster.kill(1)
    await coordinator.waitFor(.failed, count: 1)
    let failure = coordinator.reports(.failed, attempt: 1)[0].failure
    #expect(failure?.retry == .restartFromCheckpoint)
    #expect(failure?.message.hasPrefix("lost the connection") == true)

    let faster = TestJob.counting("a", parallelism: 2, source: ["splits": "4", "rows": "20000"])
    coordinator.broadcast(.deploy(try faster.deployment(on: [cluster.places[0]], attempt: 2, restore: restore)))
    await coordinator.waitFor(.finished, count: 4, attempt: 2)
    _ = await coordinator.checkpoint(faster, epoch: 2, attempt: 2)
    coordinator.complete(faster, epoch: 2, attempt: 2)
    await coordinator.waitForCommit(vertex: 2, count: 2, epoch: 2, attempt: 2)
    #expect(cluster.connectors.world.rows == OutsideWorld.expected(splits: 4, rows: 20_000))
    #expect(cluster.connectors.world.lost == [])
    await cluster.shutdown()
  }

  @Test("checkpoints complete while rows flow both ways between workers")
  func checkpointsUnderLoad() async throws {
    let cluster = try await Cluster(workerCount: 2)
    let coordinator = cluster.coordinator
    let job = TestJob.counting("a", parallelism: 2, source: ["splits": "4", "rows": "30000"], rowsPerSecond: 100_000)
    coordinator.broadcast(.deploy(try job.deployment(on: cluster.places)))
    await coordinator.waitFor(.running, count: 5)
    for epoch in Int64(1)...10 {
      _ = await coordinator.checkpoint(job, epoch: epoch)
      coordinator.complete(job, epoch: epoch)
    }
    await coordinator.waitFor(.finished, count: 4)
    _ = await coordinator.checkpoint(job, epoch: 11)
    coordinator.complete(job, epoch: 11)
    await coordinator.waitForCommit(vertex: 2, count: 2, epoch: 11)
    #expect(cluster.connectors.world.rows == OutsideWorld.expected(splits: 4, rows: 30_000))
    await cluster.shutdown()
  }

  @Test("keyed state survives the loss of a worker, at the same parallelism and at another", arguments: [2, 3])
  func keyedState(after: Int) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "swiftwater-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    let cluster = try await Cluster(workerCount: 2, storage: DirectorySnapshotStorage.create(directory: directory.path()))
    let coordinator = cluster.coordinator
    let (splits, rows) = (12, 3_000)
    let options = ["splits": "\(splits)", "rows": "\(rows)"]
    let slow = TestJob.counting("a", parallelism: 2, source: options, rowsPerSecond: 30_000).counted()
    coordinator.broadcast(.deploy(try slow.deployment(on: cluster.places)))
    await coordinator.waitFor(.running, count: 5)
    for epoch in Int64(1)...2 {
      _ = await coordinator.checkpoint(slow, epoch: epoch)
      coordinator.complete(slow, epoch: epoch)
      await coordinator.waitForCommit(vertex: 2, count: 2, epoch: epoch)
    }
    let restore = await coordinator.checkpoint(slow, epoch: 3)
    await cluster.kill(1)
    await coordinator.waitFor(.failed, count: 1)

    let fast = TestJob.counting("a", parallelism: after, source: options).counted()
    coordinator.broadcast(.deploy(try fast.deployment(on: [cluster.places[0]], attempt: 2, restore: restore)))
    await coordinator.waitFor(.finished, count: 2 * after, attempt: 2)
    _ = await coordinator.checkpoint(fast, epoch: 4, attempt: 2)
    coordinator.complete(fast, epoch: 4, attempt: 2)
    await coordinator.waitForCommit(vertex: 2, count: after, epoch: 4, attempt: 2)
    #expect(coordinator.reports(.failed, attempt: 2) == [])
    let updates = cluster.connectors.world.rows
    #expect(Set(updates).count == updates.count, "no count of a key is emitted twice")
    let last = Dictionary(updates.map { ($0[0], $0[1]) }, uniquingKeysWith: max)
    #expect(last == Dictionary(uniqueKeysWithValues: (0..<splits).map { (Int64($0), Int64(rows)) }))
    await cluster.shutdown()
  }
}
