//  Specs, edges and partitioning: the only thing SQL produces and a worker consumes.

import Columnar
import State

/// One operator of a vertex's chain.
public struct OperatorNode: Hashable, Sendable, Codable {
  public var id: OperatorID
  /// As the page shows it, e.g. `Calc(select=[auction, price], where=[MOD(auction, 123) = 0])`.
  public var name: String
  public var spec: OperatorSpec
  public var output: Schema
  public init(id: OperatorID, name: String, spec: OperatorSpec, output: Schema) {
    self.id = id
    self.name = name
    self.spec = spec
    self.output = output
  }
}

/// Operators that run on one thread without a queue between them. The first may have several inputs, each other has
/// one; only the last may be a sink.
public struct Vertex: Hashable, Sendable, Codable {
  public var id: VertexID
  public var name: String
  public var chain: [OperatorNode]
  public var parallelism: Int
  public init(id: VertexID, name: String, chain: [OperatorNode], parallelism: Int) {
    precondition(!chain.isEmpty, "a vertex has an operator")
    self.id = id
    self.name = name
    self.chain = chain
    self.parallelism = parallelism
  }

  /// An enumerator; the API does not show it.
  public var isHidden: Bool {
    if case .enumerator = chain[0].spec { true } else { false }
  }
}

/// Which subtask of the consumer a row goes to.
public enum Partitioning: Hashable, Sendable, Codable {
  /// Subtask i to subtask i; both ends have the same parallelism.
  case forward
  /// By the key group of these columns.
  case hash([Int])
  /// Round robin, batch by batch.
  case rebalance
  /// Every row to every subtask.
  case broadcast
  /// Everything to subtask 0.
  case global
}

public struct Edge: Hashable, Sendable, Codable {
  /// Position of the producing vertex in `JobGraph.vertices`.
  public var from: Int
  public var to: Int
  /// Which input of the consumer's first operator this edge feeds; several edges into one input are a union.
  public var input: Int
  public var partitioning: Partitioning
  public init(from: Int, to: Int, input: Int = 0, partitioning: Partitioning) {
    self.from = from
    self.to = to
    self.input = input
    self.partitioning = partitioning
  }
}

/// A job as it is deployed. Vertices are in topological order.
public struct JobGraph: Hashable, Sendable, Codable {
  public var name: String
  public var vertices: [Vertex]
  public var edges: [Edge]
  public var maxParallelism: Int
  public var options: JobOptions

  public init(name: String, vertices: [Vertex], edges: [Edge], maxParallelism: Int, options: JobOptions) {
    self.name = name
    self.vertices = vertices
    self.edges = edges
    self.maxParallelism = maxParallelism
    self.options = options
  }

  public var subtasks: [SubtaskID] {
    vertices.indices.flatMap { vertex in (0..<vertices[vertex].parallelism).map { SubtaskID(vertex: vertex, subtask: $0) } }
  }

  public func inputs(of vertex: Int) -> [Edge] { edges.filter { $0.to == vertex } }
  public func outputs(of vertex: Int) -> [Edge] { edges.filter { $0.from == vertex } }

  /// What the number of key groups is unless the user says so.
  public static func defaultMaxParallelism(parallelism: Int) -> Int { KeyGroup.defaultMaxParallelism(parallelism: parallelism) }

  /// Slots that the job takes with slot sharing: the widest vertex.
  public var slotCount: Int { vertices.map(\.parallelism).max() ?? 0 }
}

/// What `SET` and the request's options say about running the job. Durations in microseconds.
public struct JobOptions: Hashable, Sendable, Codable {
  /// `execution.checkpointing.interval`; nil means no checkpoints.
  public var checkpointInterval: Int64? = 10_000_000
  /// `execution.checkpointing.timeout`.
  public var checkpointTimeout: Int64 = 600_000_000
  /// `execution.checkpointing.min-pause`.
  public var checkpointMinPause: Int64 = 0
  /// `execution.checkpointing.num-retained`.
  public var retainedCheckpoints = 1
  /// `execution.checkpointing.snapshot-compression`: LZ4, for fewer bytes at the price of time.
  public var compressesSnapshots = false
  /// `execution.checkpointing.tolerable-failed-checkpoints`; unlike Flink's 0, a failed checkpoint never fails the job
  /// unless the user says so.
  public var tolerableFailedCheckpoints: Int?
  public var restart = RestartStrategy.exponentialDelay(
    initial: 1_000_000, max: 60_000_000, multiplier: 1.5, resetAfter: 3_600_000_000)
  /// `table.local-time-zone`.
  public var timeZone = "UTC"
  /// Everything that was set, as text, for the API.
  public var settings: [String: String] = [:]

  public init() {}
}

/// Flink's restart strategies. Delays in microseconds.
public enum RestartStrategy: Hashable, Sendable, Codable {
  case none
  case fixedDelay(attempts: Int, delay: Int64)
  case exponentialDelay(initial: Int64, max: Int64, multiplier: Double, resetAfter: Int64)
}
