//  Workers without a network and without data: they do what the protocol asks, at once, unless told otherwise.

import Checkpoints
import Columnar
import Dataflow
import State
import Synchronization
import Wire

@testable import Coordinator

/// Workers that share a data plane: a trigger that reaches the enumerator's worker reaches every subtask of the job.
final class ModelWorkers: Sendable {
  let coordinator: Coordinator
  private let workers = Mutex<[WorkerID: ModelWorker]>([:])

  init(_ coordinator: Coordinator) { self.coordinator = coordinator }

  /// Connects and registers.
  @discardableResult
  func start(_ name: String, slots: Int = 2, nonce: String? = "inline") -> ModelWorker {
    let worker = ModelWorker(WorkerID(name), slots: slots, peers: self)
    workers.withLock { $0[worker.id] = worker }
    worker.connect(coordinator)
    worker.say(
      .register(
        Registration(
          worker: worker.id, dataHost: "127.0.0.1", dataPort: 4000, slots: slots, processID: 7, cores: 1, physicalMemoryBytes: 1 << 30,
          storageNonce: nonce)))
    return worker
  }

  /// SIGKILL: the socket closes, and nothing more is said.
  func kill(_ worker: ModelWorker) {
    workers.withLock { $0[worker.id] = nil }
    worker.die()
  }

  fileprivate func barrier(_ trigger: CheckpointTrigger) {
    for worker in workers.withLock({ Array($0.values) }) { worker.snapshot(trigger) }
  }

  func finish(_ job: JobID) { for worker in workers.withLock({ Array($0.values) }) { worker.finish(job) } }
}

final class ModelWorker: Sendable {
  private struct State {
    var receiver: LinkReceiver<WorkerMessage>?
    var deployments: [JobID: Deployment] = [:]
    var isDead = false
    var declines = false
  }
  let id: WorkerID
  /// Everything the coordinator has sent.
  let received: AsyncStream<CoordinatorMessage>
  private let continuation: AsyncStream<CoordinatorMessage>.Continuation
  private let state = Mutex(State())
  private let slots: Int
  private let peers: ModelWorkers

  init(_ id: WorkerID, slots: Int, peers: ModelWorkers) {
    self.id = id
    self.slots = slots
    self.peers = peers
    (received, continuation) = AsyncStream.makeStream()
  }

  func connect(_ coordinator: Coordinator) {
    let link = ControlLink(
      remoteAddress: id.name, send: { [weak self] in self?.take($0) }, close: { [weak self] _ in self?.die() })
    let receiver = coordinator.accept(link)
    state.withLock { $0.receiver = receiver }
  }

  func say(_ message: WorkerMessage) { state.withLock { $0.isDead ? nil : $0.receiver }?.message(message) }

  func die() {
    let receiver = state.withLock { state in
      defer {
        state.isDead = true
        state.receiver = nil
      }
      return state.receiver
    }
    continuation.finish()
    receiver?.closed("connection reset by peer")
  }

  /// From now on it cannot store snapshots.
  func declineSnapshots(_ declines: Bool) { state.withLock { $0.declines = declines } }

  func snapshot(_ trigger: CheckpointTrigger) {
    let (deployment, declines) = state.withLock { ($0.deployments[trigger.job], $0.declines) }
    guard let deployment, deployment.attempt == trigger.attempt else { return }
    for subtask in mine(deployment) {
      if declines {
        say(.snapshotFailed(job: trigger.job, attempt: trigger.attempt, subtask: subtask, epoch: trigger.epoch, message: "disk full"))
      } else {
        say(
          .snapshotStored(
            SnapshotReport(
              job: trigger.job, attempt: trigger.attempt, epoch: trigger.epoch, handle: handle(subtask, trigger.epoch),
              alignmentMicroseconds: 1, syncMicroseconds: 2, asyncMicroseconds: 3)))
      }
    }
  }

  func finish(_ job: JobID) {
    guard let deployment = state.withLock({ $0.deployments[job] }) else { return }
    for subtask in mine(deployment) where subtask.vertex != 0 { report(deployment, subtask, .finished) }
  }

  func fail(_ job: JobID, _ subtask: SubtaskID, _ failure: SubtaskFailure) {
    guard let deployment = state.withLock({ $0.deployments[job] }) else { return }
    report(deployment, subtask, .failed, failure)
  }

  private func take(_ message: CoordinatorMessage) {
    // The test learns of it once it is done.
    defer { continuation.yield(message) }
    switch message {
    case .deploy(let deployment):
      state.withLock { $0.deployments[deployment.job] = deployment }
      for subtask in mine(deployment) {
        report(deployment, subtask, .deploying)
        report(deployment, subtask, .running)
      }
    case .triggerCheckpoint(let trigger): peers.barrier(trigger)
    case .checkpointCompleted(let job, let attempt, let epoch):
      guard let deployment = state.withLock({ $0.deployments[job] }), deployment.attempt == attempt else { return }
      for subtask in mine(deployment) where subtask.vertex == 2 {
        say(.committed(job: job, attempt: attempt, subtask: subtask, epoch: epoch))
      }
    case .cancel(let job, let attempt):
      guard let deployment = state.withLock({ $0.deployments[job] }), deployment.attempt <= attempt else { return }
      state.withLock { $0.deployments[job] = nil }
      for subtask in mine(deployment) { report(deployment, subtask, .canceled) }
    case .registered, .refused, .checkpointAborted, .heartbeat: break
    }
  }

  private func mine(_ deployment: Deployment) -> [SubtaskID] { deployment.placements.filter { $0.worker == id }.map(\.subtask) }

  private func report(_ deployment: Deployment, _ subtask: SubtaskID, _ state: SubtaskState, _ failure: SubtaskFailure? = nil) {
    say(
      .subtaskState(
        SubtaskReport(
          job: deployment.job, attempt: deployment.attempt, subtask: subtask, state: state, at: SystemClock.now(), failure: failure,
          finalSnapshot: state == .finished ? handle(subtask, Epoch(0)) : nil)))
  }

  private func handle(_ subtask: SubtaskID, _ epoch: Epoch) -> SnapshotHandle {
    SnapshotHandle(
      subtask: subtask, operators: [], keyGroups: KeyGroupRange(lower: 0, upper: 0), location: .inline([UInt8(epoch.number & 255)]),
      byteCount: 1)
  }
}

extension AsyncStream where Element == CoordinatorMessage {
  /// The next message that matches; nil when the link has closed.
  func first<Result>(_ match: (CoordinatorMessage) -> Result?) async -> Result? {
    for await message in self {
      if let result = match(message) { return result }
    }
    return nil
  }
}

/// An enumerator, a source and a sink; `parallelism` of both.
func testGraph(parallelism: Int = 2, _ change: (inout JobOptions) -> Void = { _ in }) -> JobGraph {
  let schema = Schema([])
  let source = SourceSpec(table: "t", connector: "test", options: [:], declared: schema, projection: [])
  let sink = SinkSpec(table: "s", connector: "test", options: [:], schema: schema, primaryKey: [])
  func vertex(_ name: String, _ spec: OperatorSpec, _ parallelism: Int) -> Vertex {
    Vertex(
      id: VertexID(hex: name), name: name, chain: [OperatorNode(id: OperatorID(hex: name), name: name, spec: spec, output: schema)],
      parallelism: parallelism)
  }
  var options = JobOptions()
  options.checkpointInterval = 20_000
  change(&options)
  return JobGraph(
    name: "test",
    vertices: [
      vertex("enumerator", .enumerator(source), 1), vertex("source", .source(source), parallelism),
      vertex("sink", .sink(sink), parallelism),
    ],
    edges: [Edge(from: 0, to: 1, partitioning: .broadcast), Edge(from: 1, to: 2, partitioning: .forward)], maxParallelism: 128,
    options: options)
}
