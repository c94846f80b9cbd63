//  Lays operators out as vertices: what runs forward without a choice of subtask shares a vertex, everything else is an
//  edge. Gives operators their ids.

import Columnar
import Dataflow

struct GraphBuilder {
  private var vertices: [Vertex] = []
  private var edges: [Edge] = []
  private var ordinals: [Digest: Int] = [:]

  /// The enumerator's rows: a split and the reader it is for.
  static let assignmentSchema = Schema([
    Field("target", .int32, isNullable: false), Field("id", .string, isNullable: false), Field("position", .bytes, isNullable: false),
  ])

  static func build(_ sinks: [PhysicalNode], name: String, maxParallelism: Int, options: JobOptions) -> JobGraph {
    var builder = GraphBuilder()
    for sink in sinks { _ = builder.place(sink) }
    for index in builder.vertices.indices {
      let chain = builder.vertices[index].chain
      builder.vertices[index].id = VertexID(hex: Digest("vertex", chain.map { Digest($0.id.hex) }).hex)
      builder.vertices[index].name = chain.map(\.name).joined(separator: " -> ")
    }
    return JobGraph(
      name: name, vertices: builder.vertices, edges: builder.edges, maxParallelism: maxParallelism, options: options)
  }

  private mutating func operatorNode(_ spec: OperatorSpec, _ name: String, _ output: Schema, _ identity: Digest) -> OperatorNode {
    let ordinal = ordinals[identity, default: 0]
    ordinals[identity] = ordinal + 1
    return OperatorNode(id: OperatorID(hex: Digest("operator:\(ordinal)", [identity]).hex), name: name, spec: spec, output: output)
  }

  private mutating func add(_ node: OperatorNode, parallelism: Int) -> Int {
    vertices.append(Vertex(id: VertexID(hex: ""), name: "", chain: [node], parallelism: parallelism))
    return vertices.count - 1
  }

  /// The vertices whose last operator gives the plan's rows.
  private mutating func place(_ plan: PhysicalPlan) -> [Int] {
    switch plan {
    case .node(let node): return [place(node)]
    case .union(let plans): return plans.flatMap { place($0) }
    }
  }

  private mutating func place(_ node: PhysicalNode) -> Int {
    if case .source(let spec) = node.spec {
      let enumerator = add(
        operatorNode(.enumerator(spec), "Enumerator: \(spec.table)", Self.assignmentSchema, Digest("enumerator", [node.identity])),
        parallelism: 1)
      let source = add(operatorNode(node.spec, node.name, node.output, node.identity), parallelism: node.parallelism)
      edges.append(Edge(from: enumerator, to: source, partitioning: .broadcast))
      return source
    }
    let producers = node.inputs.map { place($0.plan) }
    let placed = operatorNode(node.spec, node.name, node.output, node.identity)
    if producers.count == 1, producers[0].count == 1, canChain(node, after: producers[0][0]) {
      vertices[producers[0][0]].chain.append(placed)
      return producers[0][0]
    }
    let vertex = add(placed, parallelism: node.parallelism)
    for (input, from) in producers.enumerated() {
      for producer in from {
        edges.append(
          Edge(from: producer, to: vertex, input: input, partitioning: partitioning(node.inputs[input].distribution, producer, node)))
      }
    }
    return vertex
  }

  private func canChain(_ node: PhysicalNode, after producer: Int) -> Bool {
    switch node.inputs[0].distribution {
    case .forward: vertices[producer].parallelism == node.parallelism
    case .hash, .single: vertices[producer].parallelism == 1 && node.parallelism == 1
    }
  }

  private func partitioning(_ distribution: Distribution, _ producer: Int, _ node: PhysicalNode) -> Partitioning {
    switch distribution {
    case .hash(let keys): .hash(keys)
    case .single: .global
    case .forward: vertices[producer].parallelism == node.parallelism ? .forward : .rebalance
    }
  }
}
