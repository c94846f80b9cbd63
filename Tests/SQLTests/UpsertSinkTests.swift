//  Keys of changing results, and what is put between them and a sink.

import Dataflow
import Testing

@testable import SQL

@Suite struct UpsertSinkTests {
  private static let tables = """
    CREATE TABLE users (id BIGINT, name STRING, PRIMARY KEY (id) NOT ENFORCED)
      WITH ('connector' = 'filesystem', 'path' = '/tmp/u', 'format' = 'debezium-json');

    """

  private static func keys(_ query: String) throws -> Set<Set<Int>> {
    var session = SQLSession(catalog: SessionCatalog(connectors: TestCatalog.catalog), settings: try Settings(options: [:]))
    for statement in try Parser.parse(Array((TestCatalog.orders + tables + "CREATE VIEW v AS " + query).utf8)) {
      try session.run(statement, name: nil, parallelism: 1)
    }
    let name = Identifier(text: "v", span: SourceSpan(start: 0, end: 0))
    return UpsertKeys.of(Optimizer.optimize(try session.catalog.plan(of: ObjectName(name: name, span: name.span), also: [])))
  }

  @Test(
    "the columns that tell rows apart",
    arguments: [
      ("SELECT id FROM orders", []),
      ("SELECT name, id FROM users WHERE name <> 'x'", [[1]]),
      ("SELECT name FROM users", []),
      ("SELECT uid, COUNT(*) FROM orders GROUP BY uid", [[0]]),
      ("SELECT COUNT(*) AS n, uid, uid AS u FROM orders GROUP BY uid", [[1], [2]]),
      ("SELECT uid + 1 AS u, n FROM (SELECT uid, COUNT(*) AS n FROM orders GROUP BY uid)", []),
      ("SELECT COUNT(*) FROM orders", [[]]),
      ("SELECT id FROM users UNION ALL SELECT id FROM users", []),
      (
        "SELECT uid, c, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY uid ORDER BY c) AS rn FROM "
          + "(SELECT uid, cur, COUNT(*) AS c FROM orders GROUP BY uid, cur)) WHERE rn <= 3", [[0, 2]]
      ),
      (
        "SELECT a.uid, a.n, u.name FROM (SELECT id AS uid, COUNT(*) AS n FROM orders GROUP BY id) a LEFT JOIN users u ON a.uid = u.id",
        [[0]]
      ),
      ("SELECT b.id, u.id, u.name FROM bids b JOIN users u ON b.auction = u.id", []),
    ] as [(String, Set<Set<Int>>)])
  func upsertKeys(query: String, expected: Set<Set<Int>>) throws {
    #expect(try Self.keys(query) == expected)
  }

  private static func preparation(_ query: String, key: String, options: [String: String] = [:]) throws -> [String] {
    let script =
      TestCatalog.orders + tables
      + "CREATE TABLE out_ (a BIGINT, b BIGINT, PRIMARY KEY (\(key)) NOT ENFORCED) WITH ('connector' = 'blackhole');\nINSERT INTO out_ \(query)"
    let graph = try TestCatalog.compile(script, parallelism: 2, options: options)[0].graph
    return graph.operators.compactMap { node in
      switch node.spec {
      case .upsertMaterialize(let spec): "materialize \(spec.keys) by \(spec.upsertKey ?? [])"
      case .updateBefore(let treatment): "\(treatment)"
      case .groupAggregate(let spec) where spec.phase != .local: spec.emitsUpdateBefore ? "with -U" : "without -U"
      default: nil
      }
    }
  }

  @Test("a sink that goes by key is given one row for each key, by the least means")
  func preparations() throws {
    let counts = "SELECT CAST(uid AS BIGINT) AS u, n FROM (SELECT id AS uid, COUNT(*) AS n FROM orders GROUP BY id)"
    #expect(try Self.preparation(counts, key: "a") == ["without -U"])
    #expect(try Self.preparation(counts, key: "b") == ["with -U", "materialize [1] by [0]"])
    #expect(try Self.preparation(counts, key: "a, b") == ["with -U", "delete"])
    let strategy = "table.exec.sink.upsert-materialize"
    #expect(try Self.preparation(counts, key: "a", options: [strategy: "FORCE"]) == ["with -U", "materialize [0] by [0]"])
    #expect(try Self.preparation(counts, key: "b", options: [strategy: "none"]) == ["with -U", "delete"])
    #expect(try Self.preparation("SELECT id, price FROM bids", key: "b", options: [strategy: "AUTO"]) == [])
    #expect(try Self.preparation("SELECT id, id FROM users", key: "a") == ["drop"])
  }

  @Test("a condition on the key alone needs no -U, one that calls for the time of day does")
  func filtersByKey() throws {
    let counts = "SELECT * FROM (SELECT id, COUNT(*) AS n FROM orders GROUP BY id)"
    #expect(try Self.preparation(counts + " WHERE id > 3", key: "a") == ["without -U"])
    #expect(try Self.preparation(counts + " WHERE n > 3", key: "a").first == "with -U")
    #expect(try Self.preparation(counts + " WHERE CURRENT_TIMESTAMP > TIMESTAMP '2020-01-01 00:00:00'", key: "a").first == "with -U")
  }

  @Test("events that may come twice are told apart by the primary key, and what a filter drops is not kept")
  func duplicates() throws {
    let script =
      Self.tables + "CREATE TABLE t (n STRING) WITH ('connector' = 'print'); INSERT INTO t SELECT UPPER(name) FROM users WHERE name <> 'x'"
    let option = ["table.exec.source.cdc-events-duplicate": "true"]
    let graph = try TestCatalog.compile(script, parallelism: 2, options: option)[0].graph
    let node = try #require(graph.operators.first { $0.name.hasPrefix("ChangelogNormalize") })
    #expect(node.name == "ChangelogNormalize(key=[id], condition=[name <> 'x'])")
    guard case .changelogNormalize(let spec) = node.spec else { return }
    #expect(spec.keys == [0] && spec.emitsUpdateBefore)
    #expect(try TestCatalog.compile(script)[0].graph.operators.allSatisfy { !$0.name.hasPrefix("ChangelogNormalize") })
    let keyless = script.replacing(", PRIMARY KEY (id) NOT ENFORCED", with: "")
    #expect(TestCatalog.mistake(keyless, options: option).contains("events may come twice"))
    #expect(TestCatalog.mistake(keyless, options: option).contains("needs a primary key"))
  }

  @Test("NOT NULL columns of a sink are watched, and the phases of an aggregation can be chosen")
  func settings() throws {
    let table = "CREATE TABLE t (a BIGINT NOT NULL, n BIGINT) WITH ('connector' = 'print');"
    let script = TestCatalog.orders + table + "INSERT INTO t SELECT id, COUNT(*) FROM orders GROUP BY id"
    func operators(_ options: [String: String], parallelism: Int) throws -> [OperatorNode] {
      try TestCatalog.compile(script, parallelism: parallelism, options: options)[0].graph.operators
    }
    let drops = try operators(["table.exec.sink.not-null-enforcer": "drop"], parallelism: 1)
    let node = try #require(drops.first { $0.name == "ConstraintEnforcer[NotNullEnforcer(fields=[a])]" })
    #expect(node.spec == .notNull(NotNullSpec(table: "t", columns: [0], dropsRows: true)))
    let phase = "table.optimizer.agg-phase-strategy"
    #expect(try operators([phase: "ONE_PHASE"], parallelism: 4).allSatisfy { !$0.name.hasPrefix("Local") })
    #expect(try operators([phase: "TWO_PHASE"], parallelism: 1).contains { $0.name.hasPrefix("LocalGroupAggregate") })
  }
}
