//  Where the rows of a source wait for the watermark in any case, so that they may as well wait in a channel as in the state.

extension OperatorSpec {
  /// No row has a part in any output before the watermark has passed it.
  var waitsForWatermark: Bool {
    switch self {
    case .windowAggregate(let spec): spec.clock != .processingTime
    case .overAggregate(let spec): spec.clock != .processingTime
    case .windowJoin, .windowRank, .windowDeduplicate: true
    default: false
    }
  }
}

extension JobGraph {
  /// The sources that a vertex is to keep pace with: those that feed it, at whatever distance.
  ///
  /// None unless its rows wait for the watermark, and so do all rows of these sources, wherever else they go: a table that is
  /// also copied as it comes must not be held up by a window.
  public func pacingSources(of vertex: Int) -> Set<Int> {
    guard waits(vertex) else { return [] }
    let sources = upstream(of: vertex).filter { if case .source = vertices[$0].chain[0].spec { true } else { false } }
    return sources.contains(where: reachesEndUnwaited) ? [] : sources
  }

  private func waits(_ vertex: Int) -> Bool { vertices[vertex].chain.contains { $0.spec.waitsForWatermark } }

  private func upstream(of vertex: Int) -> Set<Int> {
    var result: Set<Int> = []
    for edge in edges.sorted(by: { $0.to > $1.to }) where edge.to == vertex || result.contains(edge.to) { result.insert(edge.from) }
    return result
  }

  private func reachesEndUnwaited(from source: Int) -> Bool {
    var reached: Set<Int> = [source]
    for edge in edges.sorted(by: { $0.from < $1.from }) where reached.contains(edge.from) && !waits(edge.from) { reached.insert(edge.to) }
    return reached.contains { !waits($0) && outputs(of: $0).isEmpty }
  }
}
