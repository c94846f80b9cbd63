//  What plans of a job have in common is one vertex.

import Dataflow
import Testing

@testable import SQL

@Suite struct SubplanTests {
  private static let script =
    TestCatalog.orders + """
      CREATE VIEW counts AS SELECT uid, COUNT(*) AS n FROM orders GROUP BY uid;
      CREATE TABLE a (uid INT, n BIGINT) WITH ('connector' = 'blackhole');
      CREATE TABLE b (n BIGINT, m BIGINT) WITH ('connector' = 'blackhole');
      EXECUTE STATEMENT SET BEGIN
      INSERT INTO a SELECT uid, n FROM counts WHERE n > 3;
      INSERT INTO b SELECT n, COUNT(*) FROM counts GROUP BY n;
      END;
      """

  private static func kinds(_ graph: JobGraph) -> (sources: Int, aggregates: Int, sinks: Int) {
    var kinds = (sources: 0, aggregates: 0, sinks: 0)
    for node in graph.operators {
      switch node.spec {
      case .source: kinds.sources += 1
      case .groupAggregate: kinds.aggregates += 1
      case .sink: kinds.sinks += 1
      default: break
      }
    }
    return kinds
  }

  @Test("a view that two INSERTs read is computed once, and its vertex has two consumers")
  func statementSet() throws {
    let graph = try TestCatalog.compile(Self.script, parallelism: 2)[0].graph
    #expect(Self.kinds(graph) == (1, 3, 2), "local and global for both, and one more over their changes for the second")
    let shared = try #require(graph.vertices.firstIndex { $0.name.contains("GlobalGroupAggregate(groupBy=[uid]") })
    #expect(graph.outputs(of: shared).count == 2)
  }

  @Test("unless the settings say otherwise")
  func switchedOff() throws {
    let graph = try TestCatalog.compile(
      Self.script, parallelism: 2, options: ["table.optimizer.reuse-sub-plan-enabled": "false"])[0].graph
    #expect(Self.kinds(graph) == (2, 5, 2))
  }

  @Test("a table of which different columns are wanted is read once, unless the settings say otherwise")
  func sources() throws {
    let script =
      TestCatalog.orders + """
        CREATE TABLE a (id BIGINT) WITH ('connector' = 'blackhole');
        CREATE TABLE b (uid INT, n BIGINT) WITH ('connector' = 'blackhole');
        EXECUTE STATEMENT SET BEGIN
        INSERT INTO a SELECT id FROM orders WHERE price > 3;
        INSERT INTO b SELECT o.uid, COUNT(*) FROM orders o JOIN orders p ON o.id = p.id WHERE p.cur = 'EUR' GROUP BY o.uid;
        END;
        """
    #expect(Self.kinds(try TestCatalog.compile(script)[0].graph).sources == 1)
    for key in ["table.optimizer.reuse-source-enabled", "table.optimizer.reuse-sub-plan-enabled"] {
      #expect(Self.kinds(try TestCatalog.compile(script, options: [key: "false"])[0].graph).sources == 3)
    }
  }

  @Test("two INSERTs of the same rows into one table write them twice")
  func sinks() throws {
    let graph = try TestCatalog.compile(
      TestCatalog.orders + """
        CREATE TABLE a (id BIGINT) WITH ('connector' = 'blackhole');
        EXECUTE STATEMENT SET BEGIN
        INSERT INTO a SELECT id FROM orders;
        INSERT INTO a SELECT id FROM orders;
        END;
        """)[0].graph
    #expect(Self.kinds(graph) == (1, 0, 2))
  }

  @Test("operators of a graph have ids of their own, shared or not")
  func identity() throws {
    for reuse in ["true", "false"] {
      let graph = try TestCatalog.compile(Self.script, options: ["table.optimizer.reuse-sub-plan-enabled": reuse])[0].graph
      let ids = graph.operators.map(\.id)
      #expect(Set(ids).count == ids.count)
    }
  }
}
