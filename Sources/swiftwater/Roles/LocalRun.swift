//  Coordinator and worker in one process.

import Checkpoints
import Connectors
import Coordinator
import Dataflow
import Foundation
import Synchronization
import Wire
import Worker

/// A cluster of one worker without a socket.
final class LocalRun: Sendable {
  private let coordinator: Coordinator
  private let worker: Worker
  private let registration: Registration
  private let toCoordinator: LinkReceiver<WorkerMessage>
  private let running = Mutex<Task<Void, any Error>?>(nil)

  /// How a job ended.
  struct End: Sendable {
    var name: String
    var state: JobState
    /// Why it failed, newest first.
    var reasons: [String]
  }

  init(slots: Int, snapshots: DirectorySnapshotStorage) {
    let id = WorkerID("local-\(getpid())")
    let output = PrintedOutput(log: nil)
    let coordinator = Coordinator(configuration: CoordinatorConfiguration(), store: InMemoryCheckpointStore(), snapshots: snapshots)
    // Each end needs the other: the worker's is filled in once it exists.
    let worker = Mutex<Worker?>(nil)
    let toCoordinator = coordinator.accept(
      ControlLink(remoteAddress: "this process", send: { worker.withLock(\.self)?.receive($0) }, close: { _ in }))
    let made = Worker(
      configuration: WorkerConfiguration(
        id: id, slotCount: slots, standardOutput: { output.write($0, isError: $1) }, timeZone: { TimeZoneFile.rules(named: $0) }),
      connectors: BuiltInConnectors(), storage: snapshots, dataPlane: nil
    ) { message in
      // Printed lines have been shown: nobody asks the coordinator for them here.
      if case .console = message { return }
      toCoordinator.message(message)
    }
    worker.withLock { $0 = made }
    self.coordinator = coordinator
    self.worker = made
    self.toCoordinator = toCoordinator
    registration = Registration(
      worker: id, dataHost: "localhost", dataPort: 0, slots: slots, processID: getpid(),
      cores: ProcessInfo.processInfo.activeProcessorCount, physicalMemoryBytes: Int64(ProcessInfo.processInfo.physicalMemory),
      storageNonce: snapshots.nonce)
  }

  /// Submits the jobs and waits until all have ended; Ctrl-C cancels them.
  func run(_ graphs: [JobGraph]) async throws -> [End] {
    try await coordinator.recover()
    running.withLock { [coordinator] in $0 = Task { try await coordinator.run() } }
    toCoordinator.message(.register(registration))
    var ids: [JobID] = []
    for graph in graphs { ids.append(try await coordinator.submit(graph: graph)) }
    let submitted = ids
    Signals.onTermination { [coordinator] in
      Task { for id in submitted { try? await coordinator.cancel(id) } }
    }
    var ends: [End] = []
    for (id, graph) in zip(ids, graphs) {
      let state = try await coordinator.waitForEnd(of: id)
      let exceptions = state == .failed ? try await coordinator.exceptions(of: id) : []
      ends.append(
        End(
          name: graph.name, state: state,
          reasons: exceptions.map { exception in (exception.taskName.map { "\($0): " } ?? "") + exception.message }))
    }
    return ends
  }

  func stop() {
    running.withLock(\.self)?.cancel()
    worker.shutdown()
  }
}
