//  Who makes updates, who needs -U, and who takes what.

import Dataflow
import Testing

@testable import SQL

@Suite struct ChangelogTests {
  private static func aggregates(_ graph: JobGraph) -> [GroupAggregateSpec] {
    graph.operators.compactMap { if case .groupAggregate(let spec) = $0.spec { spec } else { nil } }
  }
  private static let count = "SELECT uid, COUNT(*) FROM orders GROUP BY uid"
  private static let countOfCounts = "SELECT c, COUNT(*) FROM (SELECT uid, COUNT(*) AS c FROM orders GROUP BY uid) GROUP BY c"

  @Test(
    "-U is made for sinks that show it, and spared where nobody needs it",
    arguments: [
      ("'connector' = 'blackhole'", false), ("'connector' = 'print'", true),
      ("'connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'debezium-json'", true),
    ])
  func updateBefore(connector: String, isEmitted: Bool) throws {
    let graph = try TestCatalog.graph(Self.count, into: "u INT, n BIGINT", connector: connector)
    #expect(Self.aggregates(graph).map(\.emitsUpdateBefore) == [isEmitted])
  }

  @Test("an aggregate over updates needs -U, and takes retractions")
  func aggregateOverUpdates() throws {
    let specs = Self.aggregates(try TestCatalog.graph(Self.countOfCounts, into: "c BIGINT, n BIGINT"))
    #expect(specs.map(\.emitsUpdateBefore) == [true, false])
    #expect(specs.map(\.consumesRetractions) == [false, true])
  }

  @Test("a filter over updates needs -U, so that what it has let through can be taken back")
  func filterOverUpdates() throws {
    let graph = try TestCatalog.graph(Self.count + " HAVING COUNT(*) < 10", into: "u INT, n BIGINT")
    #expect(Self.aggregates(graph).map(\.emitsUpdateBefore) == [true])
  }

  @Test("a join over updates needs -U from them")
  func joinOverUpdates() throws {
    let graph = try TestCatalog.graph(
      "SELECT o.id, c.n FROM orders o JOIN (SELECT uid, COUNT(*) AS n FROM orders GROUP BY uid) c ON o.uid = c.uid",
      into: "i BIGINT, n BIGINT")
    #expect(Self.aggregates(graph).map(\.emitsUpdateBefore) == [true])
  }

  @Test(
    "partial results are made where rows cross subtasks, can be added up, and only come in",
    arguments: [
      (ChangelogTests.count, 1, ["complete"]), (ChangelogTests.count, 2, ["local", "global"]),
      ("SELECT uid, COUNT(DISTINCT id) FROM orders GROUP BY uid", 2, ["complete"]),
      ("SELECT uid, LAST_VALUE(id) FROM orders GROUP BY uid", 2, ["complete"]),
      (ChangelogTests.countOfCounts, 2, ["local", "global", "complete"]),
    ])
  func phases(query: String, parallelism: Int, phases: [String]) throws {
    let graph = try TestCatalog.graph(query, into: "u BIGINT, n BIGINT", parallelism: parallelism)
    #expect(Self.aggregates(graph).map(\.phase.rawValue) == phases)
  }

  @Test("switching mini-batches off gives one operator and a change for each row")
  func withoutFolding() throws {
    let graph = try TestCatalog.graph(
      Self.count, into: "u INT, n BIGINT", parallelism: 2, options: ["table.exec.mini-batch.enabled": "false"])
    #expect(Self.aggregates(graph).map(\.phase) == [.complete])
    #expect(Self.aggregates(graph).map(\.foldsBatches) == [false])
  }

  @Test("accumulators lie in the order that the contract names")
  func accumulators() throws {
    let graph = try TestCatalog.graph(
      "SELECT uid, COUNT(*), SUM(price), AVG(id), MIN(cur) FROM orders GROUP BY uid",
      into: "u INT, n BIGINT, s DECIMAL(38, 2), a BIGINT, m STRING", parallelism: 2)
    let local = try #require(graph.operators.first { $0.name.hasPrefix("LocalGroupAggregate") })
    #expect(
      local.output.fields.map { "\($0.name) \($0.type)" }
        == ["uid INT", "count BIGINT", "sum DECIMAL(38, 2)", "count BIGINT", "sum BIGINT", "count BIGINT", "value STRING"])
    let global = try #require(graph.operators.first { $0.name.hasPrefix("GlobalGroupAggregate") })
    guard case .groupAggregate(let spec) = global.spec else { return }
    #expect(spec.keys == [0])
  }

  private static func ranking(_ limit: String, _ order: String, _ source: String = "orders") -> String {
    "SELECT uid, id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY uid ORDER BY \(order)) AS rn FROM \(source)) WHERE \(limit)"
  }

  @Test(
    "one row by event time is a deduplication, the last of them an update and the first insert-only; everything else is a Top-N",
    arguments: [
      ("rn = 1", "ts DESC", "Deduplicate(keep=[LastRow], key=[uid], order=[ROWTIME])"),
      ("rn <= 1", "ts", "Deduplicate(keep=[FirstRow], key=[uid], order=[ROWTIME])"),
      (
        "rn < 3", "ts DESC",
        "Rank(strategy=[AppendFastStrategy], rankType=[ROW_NUMBER], rankRange=[rankStart=1, rankEnd=2], partitionBy=[uid], "
          + "orderBy=[ts DESC], select=[id, uid, ts])"
      ),
      (
        "2 >= rn", "price DESC NULLS FIRST, id",
        "Rank(strategy=[AppendFastStrategy], rankType=[ROW_NUMBER], rankRange=[rankStart=1, rankEnd=2], partitionBy=[uid], "
          + "orderBy=[price DESC NULLS FIRST, id ASC], select=[id, uid, price])"
      ),
    ])
  func rankings(limit: String, order: String, name: String) throws {
    let graph = try TestCatalog.graph(Self.ranking(limit, order), into: "u INT, i BIGINT")
    let node = try #require(graph.operators.first { $0.name.hasPrefix("Rank(") || $0.name.hasPrefix("Deduplicate(") })
    #expect(node.name == name)
    #expect(graph.sources[0].watermark != nil || !name.contains("FirstRow"))
  }

  @Test(
    "OVER windows are insert-only and show their frames; those of one partition and order share an operator",
    arguments: [
      (
        "SUM(price) OVER (PARTITION BY uid ORDER BY ts)", "DECIMAL(38, 2)", 1,
        "OverAggregate(partitionBy=[uid], orderBy=[ts ASC], window=[ RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW], "
          + "select=[uid, price, ts, SUM(price) AS w0$o0])"
      ),
      (
        "AVG(price) OVER (ORDER BY ts RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW)", "DECIMAL(38, 6)", 1,
        "OverAggregate(orderBy=[ts ASC], window=[ RANGE BETWEEN 3600000 PRECEDING AND CURRENT ROW], select=[price, ts, AVG(price) AS w0$o0])"
      ),
      (
        "LAG(id) OVER (PARTITION BY uid ORDER BY ts) + COUNT(id) OVER (PARTITION BY uid ORDER BY ts ROWS 9 PRECEDING)", "BIGINT", 1,
        "OverAggregate(partitionBy=[uid], orderBy=[ts ASC], window=[ ROWS BETWEEN 1 PRECEDING AND CURRENT ROW, "
          + "ROWS BETWEEN 9 PRECEDING AND CURRENT ROW], select=[id, uid, ts, LAG(id, 1) AS w0$o0, COUNT(id) AS w0$o1])"
      ),
      (
        "LAG(id) OVER (PARTITION BY uid ORDER BY ts) + RANK() OVER (ORDER BY ts)", "BIGINT", 2,
        "OverAggregate(partitionBy=[uid], orderBy=[ts ASC], window=[ ROWS BETWEEN 1 PRECEDING AND CURRENT ROW], "
          + "select=[id, uid, ts, LAG(id, 1) AS w0$o0])"
      ),
      (
        "ROW_NUMBER() OVER (PARTITION BY uid ORDER BY ts)", "BIGINT", 1,
        "OverAggregate(partitionBy=[uid], orderBy=[ts ASC], window=[ ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW], "
          + "select=[uid, ts, COUNT(*) AS v])"
      ),
    ])
  func overWindows(call: String, type: String, count: Int, name: String) throws {
    let file = "'connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv'"
    let graph = try TestCatalog.graph("SELECT \(call) AS v FROM orders", into: "v \(type)", connector: file)
    let nodes = graph.operators.filter { $0.name.hasPrefix("OverAggregate(") }
    #expect(nodes.count == count)
    #expect(nodes.first?.name == name)
    #expect(graph.sources[0].watermark != nil)
  }

  @Test("an OVER window by a column that is no time takes retractions and changes its values")
  func sortedOverWindows() throws {
    let graph = try TestCatalog.graph(
      "SELECT uid, SUM(n) OVER (ORDER BY n), ROW_NUMBER() OVER (PARTITION BY n ORDER BY uid NULLS LAST) + 1 FROM "
        + "(SELECT uid, COUNT(*) AS n FROM orders GROUP BY uid)", into: "u INT, s BIGINT, r BIGINT")
    #expect(
      graph.operators.map(\.name).filter { $0.hasPrefix("OverAggregate(") } == [
        "OverAggregate(orderBy=[n ASC], window=[ RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW], select=[uid, n, SUM(n) AS w0$o0])",
        "OverAggregate(partitionBy=[n], orderBy=[uid ASC], window=[ ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW], "
          + "select=[uid, n, w0$o0, COUNT(*) AS w1$o1])",
      ])
    let specs = graph.operators.compactMap { if case .sortedOver(let spec) = $0.spec { spec } else { nil } }
    #expect(specs.map(\.emitsUpdateBefore) == [true, false])
    #expect(specs.map(\.order.nullsFirst) == [true, false])
    #expect(Self.aggregates(graph).map(\.emitsUpdateBefore) == [true])
    #expect(throws: SQLError.self) {
      try TestCatalog.graph(
        "SELECT SUM(id) OVER (ORDER BY uid) FROM orders", into: "s BIGINT",
        connector: "'connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv'")
    }
  }

  @Test("a first row goes into a CSV file, a last row and a Top-N do not")
  func rankingsIntoFiles() throws {
    let file = "'connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv'"
    #expect(try TestCatalog.graph(Self.ranking("rn = 1", "ts ASC"), into: "u INT, i BIGINT", connector: file).vertices.count == 2)
    for (limit, order) in [("rn = 1", "ts DESC"), ("rn < 3", "ts")] {
      #expect(throws: SQLError.self) {
        try TestCatalog.graph(Self.ranking(limit, order), into: "u INT, i BIGINT", connector: file)
      }
    }
  }

  @Test("a Top-N over updates takes retractions and needs -U, and one that feeds an aggregate makes them")
  func rankOverUpdates() throws {
    let counts = "(SELECT uid, COUNT(*) AS id FROM orders GROUP BY uid)"
    let graph = try TestCatalog.graph(
      "SELECT rn, SUM(n) FROM (SELECT n, ROW_NUMBER() OVER (ORDER BY n) AS rn FROM (SELECT uid, COUNT(*) AS n FROM orders GROUP BY uid)) "
        + "WHERE rn <= 5 GROUP BY rn", into: "r BIGINT, n BIGINT", parallelism: 2)
    let specs = graph.operators.compactMap { if case .rank(let spec) = $0.spec { spec } else { nil } }
    #expect(specs.map(\.consumesRetractions) == [true])
    #expect(specs.map(\.emitsUpdateBefore) == [true])
    #expect(specs.map(\.outputsRank) == [true])
    #expect(Self.aggregates(graph).map(\.emitsUpdateBefore) == [false, true, false])
    let plain = try TestCatalog.graph(Self.ranking("rn <= 5", "id", counts), into: "u INT, i BIGINT")
    #expect(plain.operators.contains { $0.name.hasPrefix("Rank(strategy=[RetractStrategy]") })
    #expect(plain.operators.allSatisfy { if case .rank(let spec) = $0.spec { !spec.emitsUpdateBefore && !spec.outputsRank } else { true } })
  }

  @Test("a window's result is insert-only, and goes into a CSV file")
  func windowsOnlyAdd() throws {
    let graph = try TestCatalog.graph(
      "SELECT window_end, SUM(price) FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_start, window_end",
      into: "w TIMESTAMP(3), s DECIMAL(38, 2)", connector: "'connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv'")
    #expect(Self.aggregates(graph).isEmpty)
    #expect(graph.operators.contains { $0.name.hasPrefix("WindowAggregate(") })
  }

  @Test("a window without its end among the keys is an aggregation that changes")
  func halfAWindow() {
    #expect(
      TestCatalog.mistake(
        TestCatalog.orders + """
          CREATE TABLE t (w TIMESTAMP(3), n BIGINT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv');
          INSERT INTO t SELECT window_start, COUNT(*) FROM TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start
          """
      ).contains("produced by node GroupAggregate(groupBy=[window_start], select=[window_start, COUNT(*) AS EXPR$1])"))
  }

  @Test("a Top-N by window over updates is refused by the node that makes them")
  func windowOverUpdates() {
    #expect(
      TestCatalog.mistake(
        TestCatalog.orders + """
          CREATE TABLE c (id BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'debezium-json');
          CREATE TABLE t (n BIGINT) WITH ('connector' = 'blackhole');
          INSERT INTO t SELECT id FROM (
            SELECT id, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY id) AS n
            FROM TUMBLE(TABLE c, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) WHERE n <= 3
          """
      ).contains(
        "WindowRank doesn't support consuming update and delete changes which is produced by node Source: c[1]; rank what is aggregated"))
  }
}
