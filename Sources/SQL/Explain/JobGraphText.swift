//  A job graph as EXPLAIN shows it: a vertex a line, with its width and where its rows come from.

import Dataflow

enum JobGraphText {
  /// Vertices are numbered from 1 in the order of the graph; those that the API does not show are left out.
  static func render(_ graph: JobGraph) -> String {
    let shown = graph.vertices.indices.filter { !graph.vertices[$0].isHidden }
    let numbers = Dictionary(uniqueKeysWithValues: shown.enumerated().map { ($1, $0 + 1) })
    return shown.map { vertex in
      let inputs = graph.inputs(of: vertex).compactMap { edge in
        numbers[edge.from].map { "\($0) \(text(edge.partitioning, from: graph.vertices[edge.from]))" }
      }
      let from = inputs.isEmpty ? "" : ", from=[\(inputs.joined(separator: "; "))]"
      return "\(numbers[vertex] ?? 0): \(graph.vertices[vertex].name), parallelism=[\(graph.vertices[vertex].parallelism)]\(from)"
    }.joined(separator: "\n")
  }

  private static func text(_ partitioning: Partitioning, from producer: Vertex) -> String {
    switch partitioning {
    case .forward: return "forward"
    case .hash(let keys):
      let names = producer.chain[producer.chain.count - 1].output.fields.map(\.name)
      return "hash[\(keys.map { names[$0] }.joined(separator: ", "))]"
    case .rebalance: return "rebalance"
    case .broadcast: return "broadcast"
    case .global: return "single"
    }
  }
}
