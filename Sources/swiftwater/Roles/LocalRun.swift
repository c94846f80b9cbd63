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
  /// The system's error when standard output takes no more.
  private let losses: (noted: AsyncStream<Int32>, note: AsyncStream<Int32>.Continuation)

  /// How a job ended.
  struct End: Sendable {
    var name: String
    var state: JobState
    /// Why it failed, newest first.
    var reasons: [String]
  }

  init(slots: Int, snapshots: DirectorySnapshotStorage) {
    let id = WorkerID("local-\(getpid())")
    let (noted, note) = AsyncStream<Int32>.makeStream(bufferingPolicy: .bufferingOldest(1))
    losses = (noted, note)
    let output = PrintedOutput(log: nil) { note.yield($0) }
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

  /// Submits the jobs and waits until all have ended; Ctrl-C cancels them, and so does an output that takes no more.
  ///
  /// - Returns: how each of them ended, and the system's error if the output was lost.
  func run(_ graphs: [JobGraph]) async throws -> (ends: [End], outputError: Int32?) {
    try await coordinator.recover()
    running.withLock { [coordinator] in $0 = Task { try await coordinator.run() } }
    toCoordinator.message(.register(registration))
    var ids: [JobID] = []
    for graph in graphs { ids.append(try await coordinator.submit(graph: graph)) }
    let submitted = ids
    let cancelAll = { @Sendable [coordinator] in
      for id in submitted { try? await coordinator.cancel(id) }
    }
    Signals.onTermination { Task { await cancelAll() } }
    let watch = Task { [noted = losses.noted] in
      for await error in noted {
        await cancelAll()
        return error as Int32?
      }
      return nil
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
    losses.note.finish()
    return (ends, await watch.value)
  }

  func stop() {
    running.withLock(\.self)?.cancel()
    worker.shutdown()
  }
}
