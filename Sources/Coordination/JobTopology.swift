//  What the decisions need to know of a job graph: which subtasks there are and what part they play.

import Dataflow
import State

/// The subtasks of a job, numbered vertex by vertex.
public struct JobTopology: Hashable, Sendable {
  /// Subtasks that a job may have; Flink's limit on parallelism is 32,768.
  public static let subtaskCountMax = 65_536
  public static let vertexCountMax = 4_096

  /// Of each vertex, in the graph's order.
  public let parallelisms: [Int]
  /// All subtasks in the order of their numbers.
  public let subtasks: [SubtaskID]
  /// Subtasks that hand out splits and start barriers.
  public let enumerators: [Int]
  /// Subtasks whose chain ends in a sink: they commit.
  public let sinks: [Int]
  /// Slots that the job takes: the widest vertex.
  public let slotCount: Int
  private let isEnumerator: [Bool]
  private let firstNumbers: [Int]

  public struct InvalidGraph: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// Checks everything that the coordinator and the workers rely on.
  public init(_ graph: JobGraph) throws(InvalidGraph) {
    guard !graph.vertices.isEmpty else { throw InvalidGraph(description: "it has no vertices") }
    guard graph.vertices.count <= Self.vertexCountMax else {
      throw InvalidGraph(description: "it has \(graph.vertices.count) vertices, \(Self.vertexCountMax) are allowed")
    }
    guard (1...32_768).contains(graph.maxParallelism) else {
      throw InvalidGraph(description: "max parallelism \(graph.maxParallelism) is not between 1 and 32768")
    }
    for vertex in graph.vertices {
      guard (1...graph.maxParallelism).contains(vertex.parallelism) else {
        throw InvalidGraph(
          description:
            "parallelism \(vertex.parallelism) of \"\(vertex.name)\" is not between 1 and the max parallelism \(graph.maxParallelism)")
      }
      guard !vertex.chain.isEmpty else { throw InvalidGraph(description: "vertex \"\(vertex.name)\" has no operators") }
    }
    let total = graph.vertices.reduce(0) { $0 + $1.parallelism }
    guard total <= Self.subtaskCountMax else {
      throw InvalidGraph(description: "it has \(total) subtasks, \(Self.subtaskCountMax) are allowed")
    }
    for edge in graph.edges {
      guard graph.vertices.indices.contains(edge.from), graph.vertices.indices.contains(edge.to), edge.from < edge.to else {
        throw InvalidGraph(description: "an edge goes from vertex \(edge.from) to \(edge.to)")
      }
      if case .forward = edge.partitioning, graph.vertices[edge.from].parallelism != graph.vertices[edge.to].parallelism {
        throw InvalidGraph(
          description:
            "a forward edge joins \"\(graph.vertices[edge.from].name)\" and \"\(graph.vertices[edge.to].name)\" of different parallelism")
      }
    }
    guard graph.vertices.contains(where: { !$0.isHidden }) else { throw InvalidGraph(description: "it has enumerators only") }
    parallelisms = graph.vertices.map(\.parallelism)
    subtasks = graph.subtasks
    slotCount = graph.slotCount
    var firstNumbers: [Int] = []
    var next = 0
    for parallelism in parallelisms {
      firstNumbers.append(next)
      next += parallelism
    }
    self.firstNumbers = firstNumbers
    isEnumerator = graph.subtasks.map { graph.vertices[$0.vertex].isHidden }
    let endsInSink = graph.vertices.map { vertex in
      if case .sink = vertex.chain[vertex.chain.count - 1].spec { true } else { false }
    }
    sinks = graph.subtasks.indices.filter { endsInSink[graph.subtasks[$0].vertex] }
    enumerators = isEnumerator.indices.filter { [isEnumerator] in isEnumerator[$0] }
  }

  /// The number of a subtask, nil if the job has no such subtask.
  public func number(of subtask: SubtaskID) -> Int? {
    guard parallelisms.indices.contains(subtask.vertex), (0..<parallelisms[subtask.vertex]).contains(subtask.subtask) else { return nil }
    return firstNumbers[subtask.vertex] + subtask.subtask
  }

  public func isEnumerator(_ number: Int) -> Bool { isEnumerator[number] }
}
