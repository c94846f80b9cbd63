//  Which sources a vertex keeps pace with.

import Columnar
import Dataflow
import Testing

private let schema = Schema([Field("time", .timestamp(precision: 3))])
private let source = OperatorSpec.source(SourceSpec(table: "t", connector: "c", options: [:], declared: schema, projection: [0]))
private let calc = OperatorSpec.calc(CalcSpec(projections: []))
private let topN = OperatorSpec.windowRank(
  WindowRankSpec(window: AttachedWindow(end: 0, isLocal: false), keys: [], order: [SortKey(0)], limit: 1, outputsRank: false))
private let processingTimeWindow = OperatorSpec.windowAggregate(
  WindowAggregateSpec(
    kind: .tumble(size: 1, offset: 0), time: 0, keys: [], aggregates: [], properties: [], phase: .complete, clock: .processingTime))
private let sink = OperatorSpec.sink(SinkSpec(table: "s", connector: "c", options: [:], schema: schema, primaryKey: []))

/// A vertex of one operator each.
private func graph(_ specs: [OperatorSpec], _ edges: [(Int, Int)]) -> JobGraph {
  let vertices = specs.enumerated().map { index, spec in
    Vertex(
      id: VertexID(hex: "\(index)"), name: "v",
      chain: [OperatorNode(id: OperatorID(hex: "\(index)"), name: "o", spec: spec, output: schema)],
      parallelism: 2)
  }
  return JobGraph(
    name: "j", vertices: vertices, edges: edges.map { Edge(from: $0, to: $1, partitioning: .rebalance) }, maxParallelism: 128,
    options: JobOptions())
}

@Suite struct PaceTests {
  @Test("a window keeps pace with all sources that feed it; what comes before and behind it does not")
  func window() {
    let graph = graph([source, source, calc, topN, sink], [(0, 2), (2, 3), (1, 3), (3, 4)])
    #expect(graph.pacingSources(of: 3) == [0, 1])
    #expect(graph.pacingSources(of: 2) == [])
    #expect(graph.pacingSources(of: 4) == [])
  }

  @Test("where the rows of one of the sources are also seen as they come, nobody is held up")
  func copied() {
    let graph = graph([source, source, topN, calc, sink], [(0, 2), (1, 2), (1, 3), (3, 4), (2, 4)])
    #expect(graph.pacingSources(of: 2) == [])
  }

  @Test("two windows over one source keep pace with it")
  func shared() {
    let graph = graph([source, topN, topN, sink, sink], [(0, 1), (0, 2), (1, 3), (2, 4)])
    #expect(graph.pacingSources(of: 1) == [0])
    #expect(graph.pacingSources(of: 2) == [0])
  }

  @Test("windows of processing time wait for no watermark")
  func processingTime() {
    #expect(graph([source, processingTimeWindow, sink], [(0, 1), (1, 2)]).pacingSources(of: 1) == [])
  }
}
