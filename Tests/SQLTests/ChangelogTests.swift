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

  @Test("a window over updates is refused by the node that makes them")
  func windowOverUpdates() {
    #expect(
      TestCatalog.mistake(
        TestCatalog.orders + """
          CREATE TABLE c (id BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'debezium-json');
          CREATE TABLE t (n BIGINT) WITH ('connector' = 'blackhole');
          INSERT INTO t SELECT COUNT(*) FROM TUMBLE(TABLE c, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end
          """
      ).contains("doesn't support consuming update and delete changes which is produced by node Source: c[1]"))
  }
}
