//  Operators keep their ids where their state still fits: state is found again by them.

import Dataflow
import Testing

@testable import SQL

@Suite struct IdentityTests {
  private static func ids(_ graph: JobGraph) -> [String: String] {
    var ids: [String: String] = [:]
    for node in graph.operators {
      let kind: String
      switch node.spec {
      case .enumerator(let spec): kind = "enumerator \(spec.table)"
      case .source(let spec): kind = "source \(spec.table)"
      case .sink(let spec): kind = "sink \(spec.table)"
      case .join: kind = "join"
      case .groupAggregate(let spec) where spec.phase != .local: kind = "group"
      case .windowAggregate(let spec) where spec.phase != .local: kind = "window"
      default: continue
      }
      ids[kind] = node.id.hex
    }
    return ids
  }

  private static let query = """
    SELECT o.id, COUNT(*) FROM orders o JOIN bids b ON o.id = b.auction GROUP BY o.id
    """

  @Test("ids do not depend on the parallelism, nor on whether an aggregation is split")
  func parallelism() throws {
    let narrow = try TestCatalog.graph(Self.query, into: "a BIGINT, b BIGINT")
    let wide = try TestCatalog.graph(Self.query, into: "a BIGINT, b BIGINT", parallelism: 4)
    #expect(Self.ids(narrow) == Self.ids(wide))
    #expect(Self.ids(narrow).count == 7)
    #expect(wide.operators.contains { $0.name.hasPrefix("LocalGroupAggregate") })
  }

  @Test("ids do not depend on how the statement is written, on filters, or on which aggregates there are")
  func wording() throws {
    let first = try TestCatalog.graph(Self.query, into: "a BIGINT, b BIGINT")
    let second = try TestCatalog.graph(
      "SELECT x.a, SUM(y.price) AS b FROM (SELECT id AS a, cur FROM orders) AS x, bids AS y WHERE y.auction = x.a AND x.cur <> 'z' GROUP BY x.a",
      into: "a BIGINT, b BIGINT")
    #expect(Self.ids(first) == Self.ids(second))
  }

  @Test("another key, another window or another table is another operator")
  func difference() throws {
    func window(_ column: String, _ size: String) throws -> String? {
      Self.ids(
        try TestCatalog.graph(
          "SELECT \(column), COUNT(*) FROM TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '\(size)' MINUTE) GROUP BY \(column), window_start, window_end",
          into: "a BIGINT, b BIGINT"))["window"]
    }
    let ids = try [window("uid", "1"), window("id", "1"), window("uid", "2")]
    #expect(Set(ids).count == 3)
  }

  @Test("no two operators or vertices of a job share an id, however alike they are")
  func unique() throws {
    let graph = try TestCatalog.graph(
      """
      SELECT a.id FROM orders a JOIN orders b ON a.id = b.id JOIN orders c ON a.id = c.id
      UNION ALL SELECT id FROM orders UNION ALL SELECT id FROM orders
      """, into: "a BIGINT", parallelism: 2)
    #expect(Set(graph.operators.map(\.id)).count == graph.operators.count)
    #expect(Set(graph.vertices.map(\.id)).count == graph.vertices.count)
    #expect(graph.operators.allSatisfy { $0.id.hex.utf8.count == 32 && $0.id.hex.allSatisfy { "0123456789abcdef".contains($0) } })
  }

  @Test("an id is what it was: it names state in snapshots that exist")
  func stable() {
    #expect(Digest("source:orders").hex == "68d1b1d7f0a3f302d66f14e4c6825b85")
    #expect(Digest("join", [Digest("a"), Digest("b")]).hex == "64096f5f8ca11af37e87c75fad92e280")
  }
}
