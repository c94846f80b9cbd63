//  A coordinator that follows a test's script: sends what it is told to, and waits for what workers answer.

import Columnar
import Dataflow
import Expressions
import Foundation
import State
import Synchronization
import Wire
import Worker

/// Collects the messages of any number of workers.
final class ScriptedCoordinator: Sendable {
  private struct State {
    var messages: [WorkerMessage] = []
    var waiters: [(isMet: @Sendable ([WorkerMessage]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }
  private let state = Mutex(State())
  let workers = Mutex<[Worker]>([])

  /// For `Worker.init`.
  var receiver: @Sendable (WorkerMessage) -> Void {
    { [self] message in
      let due = state.withLock { state -> [CheckedContinuation<Void, Never>] in
        state.messages.append(message)
        let due = state.waiters.filter { $0.isMet(state.messages) }.map(\.continuation)
        if !due.isEmpty { state.waiters.removeAll { $0.isMet(state.messages) } }
        return due
      }
      for continuation in due { continuation.resume() }
    }
  }

  var messages: [WorkerMessage] { state.withLock { $0.messages } }

  func broadcast(_ message: CoordinatorMessage) {
    for worker in workers.withLock({ $0 }) { worker.receive(message) }
  }

  /// Returns once the messages so far meet the condition. A test's time limit bounds it.
  func wait(until isMet: @escaping @Sendable ([WorkerMessage]) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isDue = state.withLock { state in
        if isMet(state.messages) { return true }
        state.waiters.append((isMet, continuation))
        return false
      }
      if isDue { continuation.resume() }
    }
  }

  func reports(_ subtaskState: SubtaskState, attempt: Int) -> [SubtaskReport] { Self.reports(messages, subtaskState, attempt) }

  private static func reports(_ messages: [WorkerMessage], _ state: SubtaskState, _ attempt: Int) -> [SubtaskReport] {
    messages.compactMap {
      if case .subtaskState(let report) = $0, report.state == state, report.attempt == Attempt(attempt) { report } else { nil }
    }
  }

  func waitFor(_ subtaskState: SubtaskState, count: Int, attempt: Int = 1) async {
    await wait { Self.reports($0, subtaskState, attempt).count >= count }
  }

  /// Triggers a checkpoint, waits until every subtask that still runs has stored its snapshot, and returns them all.
  func checkpoint(_ job: TestJob, epoch: Int64, attempt: Int = 1) async -> RestorePoint {
    broadcast(
      .triggerCheckpoint(CheckpointTrigger(job: job.id, attempt: Attempt(attempt), epoch: Epoch(epoch), triggeredAt: 0)))
    let count = job.graph.subtasks.count
    await wait { Self.handles($0, epoch: epoch, attempt: attempt).count == count }
    return RestorePoint(epoch: Epoch(epoch), snapshots: Array(Self.handles(messages, epoch: epoch, attempt: attempt).values))
  }

  /// The snapshots of an epoch, and for finished subtasks the final ones.
  private static func handles(_ messages: [WorkerMessage], epoch: Int64, attempt: Int) -> [SubtaskID: SnapshotHandle] {
    var handles: [SubtaskID: SnapshotHandle] = [:]
    for message in messages {
      switch message {
      case .subtaskState(let report) where report.attempt == Attempt(attempt):
        if let handle = report.finalSnapshot, handles[report.subtask] == nil { handles[report.subtask] = handle }
      case .snapshotStored(let report) where report.attempt == Attempt(attempt) && report.epoch == Epoch(epoch):
        handles[report.handle.subtask] = report.handle
      default: break
      }
    }
    return handles
  }

  func complete(_ job: TestJob, epoch: Int64, attempt: Int = 1) {
    broadcast(.checkpointCompleted(job: job.id, attempt: Attempt(attempt), epoch: Epoch(epoch)))
  }

  /// Confirmations of the subtasks of a vertex.
  func waitForCommit(vertex: Int, count: Int, epoch: Int64, attempt: Int = 1) async {
    await wait { messages in
      messages.count { message in
        if case .committed(_, let of, let subtask, let at) = message {
          of == Attempt(attempt) && subtask.vertex == vertex && at >= Epoch(epoch)
        } else {
          false
        }
      } >= count
    }
  }
}

/// A graph and where its subtasks go.
struct TestJob: Sendable {
  let id: JobID
  var graph: JobGraph

  /// An enumerator, sources of two columns (split, n), and sinks of the same parallelism behind a hash of the first column.
  static func counting(
    _ id: String, parallelism: Int, source: [String: String], sink: [String: String] = [:], sinkConnector: String = "staging",
    rowsPerSecond: Int64? = nil
  ) -> TestJob {
    func operatorID(_ digit: String) -> OperatorID { OperatorID(hex: String(repeating: digit, count: 32)) }
    func vertex(_ digit: String, _ name: String, _ spec: OperatorSpec, _ parallelism: Int) -> Vertex {
      Vertex(
        id: VertexID(hex: String(repeating: digit, count: 32)), name: name,
        chain: [OperatorNode(id: operatorID(digit), name: name, spec: spec, output: pairSchema)], parallelism: parallelism)
    }
    let source = SourceSpec(
      table: "numbers", connector: "counting", options: source, declared: pairSchema, projection: [0, 1], rowsPerSecond: rowsPerSecond)
    let sink = SinkSpec(table: "results", connector: sinkConnector, options: sink, schema: pairSchema, primaryKey: [])
    return TestJob(
      id: JobID(hex: id),
      graph: JobGraph(
        name: id,
        vertices: [
          vertex("0", "enumerator", .enumerator(source), 1), vertex("1", "source", .source(source), parallelism),
          vertex("2", "sink", .sink(sink), parallelism),
        ],
        edges: [Edge(from: 0, to: 1, partitioning: .broadcast), Edge(from: 1, to: 2, partitioning: .hash([0]))], maxParallelism: 128,
        options: JobOptions()))
  }

  /// The same with `SELECT split, COUNT(*) GROUP BY split` before the sink, chained to it.
  func counted() -> TestJob {
    var job = self
    let count = GroupAggregateSpec(
      keys: [0], aggregates: [AggregateCall(.countStar, resultType: .int64)], consumesRetractions: false, emitsUpdateBefore: false,
      phase: .complete)
    let node = OperatorNode(
      id: OperatorID(hex: String(repeating: "3", count: 32)), name: "count", spec: .groupAggregate(count),
      output: Schema([Field("split", .int64), Field("count", .int64, isNullable: false)]))
    job.graph.vertices[2].chain.insert(node, at: 0)
    return job
  }

  /// Subtask i of every vertex goes to place i, modulo the number of places.
  func deployment(
    on places: [(worker: WorkerID, slot: Int, host: String, port: Int)], attempt: Int = 1, term: Int64 = 1, restore: RestorePoint? = nil
  ) throws -> Deployment {
    Deployment(
      term: Term(term), job: id, attempt: Attempt(attempt), graph: Array(try JSONEncoder().encode(graph)),
      placements: graph.subtasks.map { subtask in
        let place = places[subtask.subtask % places.count]
        return SubtaskPlacement(subtask: subtask, worker: place.worker, slot: place.slot, dataHost: place.host, dataPort: place.port)
      }, restore: restore, snapshotDirectory: "\(id)")
  }
}
