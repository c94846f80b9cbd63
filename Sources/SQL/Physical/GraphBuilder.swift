//  Lays operators out as vertices: what runs forward without a choice of subtask shares a vertex, everything else is an
//  edge. What several nodes compute alike is computed once. Gives operators their ids.
//  Source of the last: Flink's SubplanReuser.

import Columnar
import Dataflow

struct GraphBuilder {
  private var vertices: [Vertex] = []
  private var edges: [Edge] = []
  private var ordinals: [Digest: Int] = [:]
  /// Producers before consumers.
  private var steps: [Step] = []
  private var known: [Step.Content: Int] = [:]
  /// By step: the vertex whose last operator gives its rows.
  private var places: [Int] = []

  /// A node that is placed once, and the steps that its inputs come from.
  private struct Step {
    /// What a node computes, and of what.
    struct Content: Hashable {
      var spec: OperatorSpec
      var output: Schema
      var parallelism: Int
      var inputs: [[Int]]
      var distributions: [Distribution]
    }
    var node: PhysicalNode
    var inputs: [[Int]]
    var consumerCount = 0
  }

  /// The enumerator's rows: a split and the reader it is for.
  static let assignmentSchema = Schema([
    Field("target", .int32, isNullable: false), Field("id", .string, isNullable: false), Field("position", .bytes, isNullable: false),
  ])

  /// - Parameter reusesPlans: equal nodes over equal inputs become one.
  static func build(_ sinks: [PhysicalNode], name: String, maxParallelism: Int, options: JobOptions, reusesPlans: Bool) -> JobGraph {
    var builder = GraphBuilder()
    for sink in sinks { _ = builder.step(sink, reusesPlans) }
    for step in builder.steps { builder.places.append(builder.place(step)) }
    for index in builder.vertices.indices {
      let chain = builder.vertices[index].chain
      builder.vertices[index].id = VertexID(hex: Digest("vertex", chain.map { Digest($0.id.hex) }).hex)
      builder.vertices[index].name = chain.map(\.name).joined(separator: " -> ")
    }
    return JobGraph(
      name: name, vertices: builder.vertices, edges: builder.edges, maxParallelism: maxParallelism, options: options)
  }

  /// Two INSERTs of the same rows write them twice, and random values are others each time.
  private static func isReusable(_ spec: OperatorSpec) -> Bool {
    switch spec {
    case .sink: false
    case .calc(let calc): !calc.projections.contains(where: \.isRandom) && calc.predicate?.isRandom != true
    default: true
    }
  }

  private mutating func step(_ node: PhysicalNode, _ reusesPlans: Bool) -> Int {
    let inputs = node.inputs.map { input in input.plan.nodes.map { step($0, reusesPlans) } }
    let content = Step.Content(
      spec: node.spec, output: node.output, parallelism: node.parallelism, inputs: inputs, distributions: node.inputs.map(\.distribution))
    if reusesPlans, Self.isReusable(node.spec), let index = known[content] { return index }
    known[content] = steps.count
    for producer in inputs.joined() { steps[producer].consumerCount += 1 }
    steps.append(Step(node: node, inputs: inputs))
    return steps.count - 1
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

  private mutating func place(_ step: Step) -> Int {
    let node = step.node
    let placed: OperatorNode
    if case .source(let spec) = node.spec {
      let enumerator = add(
        operatorNode(.enumerator(spec), "Enumerator: \(spec.table)", Self.assignmentSchema, Digest("enumerator", [node.identity])),
        parallelism: 1)
      placed = operatorNode(node.spec, node.name, node.output, node.identity)
      let source = add(placed, parallelism: node.parallelism)
      edges.append(Edge(from: enumerator, to: source, partitioning: .broadcast))
      return source
    }
    placed = operatorNode(node.spec, node.name, node.output, node.identity)
    let producers = step.inputs.map { $0.map { places[$0] } }
    // What others read too ends its chain.
    if step.inputs.count == 1, step.inputs[0].count == 1, steps[step.inputs[0][0]].consumerCount == 1,
      canChain(node, after: producers[0][0])
    {
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
