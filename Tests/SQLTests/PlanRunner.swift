//  Runs a job graph to its end inside a test, one operator after the other: a bounded job's final rows, without workers.

import Columnar
import Connectors
import Dataflow
import Expressions
import Operators
import TestKit

enum PlanRunner {
  /// The rows that the sinks hold in the end, the changelog folded, as text: columns joined by `|`, sorted by their bytes.
  ///
  /// Every operator sees all of its input, then the end of event time. One with keyed input runs in as many subtasks as
  /// its vertex, and rows are dealt out to them by key.
  static func finalRows(of graph: JobGraph) throws -> [String] {
    var produced: [[RecordBatch]] = []
    var counts: [String: Int] = [:]
    for (index, vertex) in graph.vertices.enumerated() {
      var flow = vertex.isHidden ? Flow() : Flow(into: index, graph, produced)
      for node in vertex.chain {
        switch node.spec {
        case .enumerator: break
        case .source(let spec): flow = Flow(try read(spec, node.output), node.output)
        case .sink(let spec): try fold(flow.inputs.flatMap { $0 }, spec.schema, into: &counts)
        default: flow = Flow(try run(node, flow, parallelism: vertex.parallelism), node.output)
        }
      }
      produced.append(flow.inputs.first ?? [])
    }
    return counts.flatMap { Array(repeating: $0.key, count: max(0, $0.value)) }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// What arrives at an operator.
  private struct Flow {
    var inputs: [[RecordBatch]] = []
    var schemas: [Schema] = []
    var keys: [[Int]] = []

    init() {}

    init(_ batches: [RecordBatch], _ schema: Schema) {
      (inputs, schemas, keys) = ([batches], [schema], [[]])
    }

    init(into vertex: Int, _ graph: JobGraph, _ produced: [[RecordBatch]]) {
      for edge in graph.inputs(of: vertex) {
        while inputs.count <= edge.input {
          inputs.append([])
          schemas.append(Schema([]))
          keys.append([])
        }
        inputs[edge.input] += produced[edge.from]
        schemas[edge.input] = graph.vertices[edge.from].chain.last?.output ?? Schema([])
        if case .hash(let columns) = edge.partitioning { keys[edge.input] = columns }
      }
    }
  }

  private static func read(_ spec: SourceSpec, _ output: Schema) throws -> [RecordBatch] {
    let connectors = BuiltInConnectors()
    let reader = try connectors.makeReader(spec, subtask: 0, parallelism: 1)
    var open = try connectors.makeEnumerator(spec).enumerate(parallelism: 1)
    try reader.add(open)
    let columns = try spec.columns.map { try CompiledExpression($0) }
    let context = EvaluationContext(nowMicroseconds: 0)
    var batches: [RecordBatch] = []
    while !open.isEmpty {
      switch try reader.poll(maxRows: 1_000) {
      case .batch(let batch, _) where columns.isEmpty: batches.append(batch)
      case .batch(let batch, _):
        batches.append(
          RecordBatch(schema: output, columns: try columns.map { try $0.evaluate(over: batch, context: context) }, rowCount: batch.rowCount)
        )
      case .splitFinished(let id): open.removeAll { $0.id == id }
      case .nothing: break
      }
    }
    return batches
  }

  private static func run(_ node: OperatorNode, _ flow: Flow, parallelism: Int) throws -> [RecordBatch] {
    let isKeyed = flow.keys.contains { !$0.isEmpty }
    let harness = try OperatorHarness(
      OperatorSetup(inputs: flow.schemas, output: node.output, keys: flow.keys) { try OperatorFactory.make(node.spec) },
      parallelism: isKeyed ? parallelism : 1)
    var batches: [RecordBatch] = []
    for (input, given) in flow.inputs.enumerated() {
      for batch in given {
        try harness.process(batch, input: input)
        batches += harness.takeBatches()
      }
    }
    try harness.advance(to: Watermark.end.microseconds)
    try harness.finish()
    return batches + harness.takeBatches()
  }

  private static func fold(_ batches: [RecordBatch], _ schema: Schema, into counts: inout [String: Int]) throws {
    let texts = try schema.fields.enumerated().map { try CompiledExpression(.cast(.column($0, $1.type), to: .string, isTry: false)) }
    let context = EvaluationContext(nowMicroseconds: 0)
    for batch in batches {
      let columns = try texts.map { try $0.evaluate(over: batch, context: context) }
      for row in 0..<batch.rowCount {
        let values = columns.map { column in
          if case .string(let text) = column.value(at: row, type: .string) { text } else { "NULL" }
        }
        counts[values.joined(separator: "|"), default: 0] += batch.change(row).sign
      }
    }
  }
}
