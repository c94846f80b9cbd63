//  Jobs and workers for these tests.

import Columnar
import Dataflow
import State

@testable import Coordination

/// One second, in microseconds.
let second: Int64 = 1_000_000
let w1 = WorkerID("w1")
let w2 = WorkerID("w2")
let jobID = JobID(hex: "job")

func id(_ vertex: Int, _ subtask: Int = 0) -> SubtaskID { SubtaskID(vertex: vertex, subtask: subtask) }

/// Vertex 0 an enumerator, vertex 1 a source, vertex 2 a sink.
func graph(parallelism: Int = 1, _ change: (inout JobOptions) -> Void = { _ in }) -> JobGraph {
  let schema = Schema([])
  let source = SourceSpec(table: "t", connector: "test", options: [:], declared: schema, projection: [])
  let sink = SinkSpec(table: "s", connector: "test", options: [:], schema: schema, primaryKey: [])
  func vertex(_ name: String, _ spec: OperatorSpec, _ parallelism: Int) -> Vertex {
    Vertex(
      id: VertexID(hex: name), name: name, chain: [OperatorNode(id: OperatorID(hex: name), name: name, spec: spec, output: schema)],
      parallelism: parallelism)
  }
  var options = JobOptions()
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

func handle(_ subtask: SubtaskID, _ path: String) -> SnapshotHandle {
  SnapshotHandle(
    subtask: subtask, operators: [], keyGroups: KeyGroupRange(lower: 0, upper: 0), location: .file(path: path), byteCount: 10)
}

func description(_ id: WorkerID, slots: Int = 2, nonce: String? = "n") -> WorkerDescription {
  WorkerDescription(id: id, dataHost: "127.0.0.1", dataPort: 4000, slots: slots, storageNonce: nonce)
}

/// Each subtask i in slot i of the first worker that has room.
func placements(_ topology: JobTopology, on workers: [WorkerID], slots: Int = 2) -> [SubtaskPlacement] {
  topology.subtasks.map {
    SubtaskPlacement(
      subtask: $0, worker: workers[$0.subtask / slots], slot: $0.subtask % slots, dataHost: "127.0.0.1", dataPort: 4000)
  }
}
