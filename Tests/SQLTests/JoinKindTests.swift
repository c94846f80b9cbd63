//  Joins of every kind: their plans, and what their changelogs hold.

import Columnar
import Dataflow
import Testing

@testable import SQL

@Suite("Joins of every kind")
struct JoinKindTests {
  private static func outline(_ query: String, into columns: String = "i BIGINT", parallelism: Int = 2) throws -> [Substring] {
    try TestCatalog.graph(query, into: columns, parallelism: parallelism).outline.split(separator: "\n")
  }
  private static func join(_ query: String, into columns: String = "i BIGINT") throws -> JoinSpec {
    let specs = try TestCatalog.graph(query, into: columns).operators.compactMap { node -> JoinSpec? in
      if case .join(let spec) = node.spec { spec } else { nil }
    }
    return try #require(specs.count == 1 ? specs[0] : nil)
  }

  // MARK: Plans

  @Test(
    "the words of each join give its kind",
    arguments: [
      ("JOIN", JoinKind.inner), ("INNER JOIN", .inner), ("LEFT JOIN", .left), ("LEFT OUTER JOIN", .left), ("RIGHT JOIN", .right),
      ("RIGHT OUTER JOIN", .right), ("FULL JOIN", .full), ("FULL OUTER JOIN", .full),
    ])
  func words(words: String, kind: JoinKind) throws {
    #expect(
      try Self.join("SELECT o.id, b.price FROM orders o \(words) bids b ON o.id = b.auction", into: "i BIGINT, p BIGINT").kind == kind)
  }

  @Test(
    "subqueries in WHERE become semi and anti joins, NOT before or within",
    arguments: [
      ("id IN (SELECT auction FROM bids)", JoinKind.semi), ("NOT id IN (SELECT auction FROM bids)", .anti),
      ("NOT (id NOT IN (SELECT auction FROM bids))", .semi), ("EXISTS (SELECT * FROM bids b WHERE b.auction = o.id)", .semi),
      ("NOT EXISTS (SELECT 1 FROM bids b WHERE b.auction = o.id)", .anti),
      ("uid > 3 AND id IN (WITH w AS (SELECT auction FROM bids) SELECT auction FROM w)", .semi),
    ])
  func subqueries(condition: String, kind: JoinKind) throws {
    #expect(try Self.join("SELECT id FROM orders o WHERE \(condition)").kind == kind)
  }

  @Test("an outer join shows its kind, condition and columns, and shuffles both sides by the keys")
  func outerPlan() throws {
    let outline = try Self.outline(
      "SELECT o.id, b.price FROM orders o LEFT JOIN bids b ON o.id = b.auction AND b.price > o.uid", into: "i BIGINT, p BIGINT")
    #expect(
      outline.filter { $0.contains("Join(") } == [
        "4: Join(joinType=[LeftOuterJoin], where=[(id = auction) AND (price > CAST(uid AS BIGINT))], select=[id, uid, auction, price])"
          + " -> Calc(select=[id AS i, price AS p]) -> Sink: out_ x2  hash([0])<-1#0 hash([0])<-3#1"
      ])
  }

  @Test("IN is one semi join by the value, with the left columns alone")
  func inPlan() throws {
    let joins = try Self.outline("SELECT id FROM orders WHERE id IN (SELECT auction FROM bids)").filter { $0.contains("Join(") }
    #expect(joins.count == 1 && joins[0].contains("Join(joinType=[LeftSemiJoin], where=[id = auction], select=[id])"))
  }

  @Test("NOT IN over columns that may be NULL compares all pairs in one subtask, over others it goes by key")
  func notInPlan() throws {
    let nullable = try Self.join("SELECT id FROM orders WHERE id NOT IN (SELECT auction FROM bids)")
    #expect(nullable.leftKeys.isEmpty && nullable.condition != nil)
    let graph = try TestCatalog.graph("SELECT id FROM orders WHERE id NOT IN (SELECT auction FROM bids)", into: "i BIGINT", parallelism: 4)
    #expect(graph.vertices.first { $0.name.contains("LeftAntiJoin") }?.parallelism == 1)
    let counted = "SELECT uid FROM (SELECT COUNT(*) AS uid FROM orders) WHERE uid NOT IN (SELECT COUNT(*) FROM bids GROUP BY auction)"
    let keyed = try Self.join(counted)
    #expect(keyed.leftKeys == [0] && keyed.condition == nil)
  }

  @Test("conditions go below a join only where that changes nothing")
  func pushDown() throws {
    func tree(_ query: String) throws -> String {
      PredicatePushDown.apply(try TestCatalog.plan(query), throughAggregates: true).tree
    }
    let on = "ON o.id = b.auction AND o.uid > 1 AND b.price > 2"
    let left = try tree("SELECT o.id FROM orders o LEFT JOIN bids b \(on) WHERE o.uid < 9 AND b.price IS NULL")
    #expect(left.contains("LEFT Join (id = auction) AND (uid > 1)\n"))
    #expect(left.contains("Filter uid < 9\n"))
    #expect(left.contains("Filter price > 2"))
    #expect(left.contains("Filter price IS NULL\n"))
    let full = try tree("SELECT o.id FROM orders o FULL JOIN bids b \(on) WHERE o.uid < 9")
    #expect(full.split(separator: "\n").filter { $0.contains("Filter") }.count == 1)
    let right = try tree("SELECT o.id FROM orders o RIGHT JOIN bids b \(on) WHERE b.price < 9 AND o.uid < 9")
    #expect(right.contains("Filter uid > 1") && right.contains("Filter price < 9") && right.contains("Filter uid < 9\n    RIGHT Join"))
    let anti = try tree(
      "SELECT o.id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM bids b WHERE o.id = b.auction AND o.uid > 1 AND price > 2)")
    #expect(anti.contains("Filter price > 2") && !anti.contains("Filter uid > 1"))
  }

  @Test("each kind keeps its own operator id, which neither parallelism nor a further condition changes")
  func identities() throws {
    func id(_ words: String, _ condition: String = "", parallelism: Int = 1) throws -> OperatorID {
      let graph = try TestCatalog.graph(
        "SELECT o.id, b.price FROM orders o \(words) bids b ON o.id = b.auction\(condition)", into: "i BIGINT, p BIGINT",
        parallelism: parallelism)
      return try #require(graph.operators.first { $0.name.hasPrefix("Join(") }).id
    }
    let kinds = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"]
    #expect(Set(try kinds.map { try id($0) }).count == 4)
    for kind in kinds { #expect(try id(kind) == id(kind, " AND b.price > o.uid", parallelism: 4)) }
  }

  // MARK: Changelogs

  @Test("outer and anti joins of insert-only inputs give I, UA, D; inner and semi joins pass on what comes")
  func modes() {
    for kind in [JoinKind.left, .right, .full, .anti] {
      #expect(kind.changes(of: .insertOnly, needsUpdateBefore: false) == [.updateAfter, .delete])
      #expect(kind.changes(of: .insertOnly, needsUpdateBefore: true) == .all)
    }
    for kind in [JoinKind.inner, .semi] {
      #expect(kind.changes(of: .insertOnly, needsUpdateBefore: true) == .insertOnly)
      #expect(kind.changes(of: .updateAfter, needsUpdateBefore: false) == .updateAfter)
    }
  }

  @Test("an aggregate over an outer join takes retractions, and one below gives -U")
  func aggregates() throws {
    let graph = try TestCatalog.graph(
      """
      SELECT n, COUNT(*) FROM (SELECT o.id, c.n FROM orders o LEFT JOIN (SELECT auction, COUNT(*) AS n FROM bids GROUP BY auction) c
      ON o.id = c.auction) GROUP BY n
      """, into: "n BIGINT, c BIGINT")
    let specs = graph.operators.compactMap { if case .groupAggregate(let spec) = $0.spec { spec } else { nil } }
    #expect(specs.map(\.emitsUpdateBefore) == [true, false])
    #expect(specs.map(\.consumesRetractions) == [false, true])
  }

  @Test("a semi join of insert-only inputs goes into a CSV file")
  func semiIsInsertOnly() throws {
    let graph = try TestCatalog.graph(
      "SELECT id FROM orders WHERE id IN (SELECT auction FROM bids)", into: "i BIGINT",
      connector: "'connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv'")
    #expect(graph.operators.contains { $0.name.hasPrefix("Join(joinType=[LeftSemiJoin]") })
  }
}
