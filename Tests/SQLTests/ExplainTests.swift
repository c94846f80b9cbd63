//  EXPLAIN: its text, its JSON, and the changelog modes of our plans against those that Flink 2.3 has for the same statements.

import Dataflow
import Foundation
import Testing

@testable import SQL

@Suite("EXPLAIN") struct ExplainTests {
  private static func explain(_ statement: String, parallelism: Int = 1) throws -> Explanation {
    try SQLCompiler(catalog: TestCatalog.catalog).explain(script: TestCatalog.orders + statement, parallelism: parallelism)[0]
  }

  @Test("the text has the plan as written, the operators and the vertices")
  func text() throws {
    let text = try Self.explain("EXPLAIN CHANGELOG_MODE SELECT uid, COUNT(*) AS n FROM orders WHERE id > 3 GROUP BY uid").text
    #expect(
      text == """
        == Abstract Syntax Tree ==
        LogicalProject(uid=[$0], n=[$1])
        +- LogicalAggregate(group=[{0}], n=[COUNT()])
           +- LogicalProject(uid=[$1])
              +- LogicalFilter(condition=[$0 > 3])
                 +- LogicalTableScan(table=[[default_catalog, default_database, orders]])

        == Optimized Physical Plan ==
        GroupAggregate(groupBy=[uid], select=[uid, COUNT(*) AS n], changelogMode=[I,UA])
        +- Exchange(distribution=[hash[uid]], changelogMode=[I])
           +- Calc(select=[uid], where=[id > 3], changelogMode=[I])
              +- TableSourceScan(table=[[default_catalog, default_database, orders]], fields=[id, uid], changelogMode=[I])

        == Job Graph ==
        1: Source: orders[1] -> Calc(select=[uid], where=[id > 3]) -> GroupAggregate(groupBy=[uid], select=[uid, COUNT(*) AS n]), parallelism=[1]

        """)
  }

  @Test("without details there are no changelog modes; PLAN FOR says the same")
  func plain() throws {
    let explanation = try Self.explain("EXPLAIN SELECT id FROM orders UNION ALL VALUES (1)")
    #expect(
      explanation.physicalPlan == """
        Union(all=[true], union=[id])
        :- TableSourceScan(table=[[default_catalog, default_database, orders]], fields=[id])
        +- Calc(select=[CAST(EXPR$0 AS BIGINT) AS id])
           +- Values(tuples=[[{ 1 }]])
        """)
    #expect(try Self.explain("EXPLAIN PLAN FOR SELECT id FROM orders UNION ALL VALUES (1)") == explanation)
  }

  @Test("rows of sessions are known by their key; an aggregation by the sessions of its keys needs no rows, one by more keys does")
  func sessions() throws {
    let session = "TABLE(SESSION(TABLE orders PARTITION BY uid, DESCRIPTOR(ts), INTERVAL '5' SECOND))"
    func plan(_ query: String) throws -> String { try Self.explain("EXPLAIN " + query).physicalPlan }
    let window = "window=[SESSION(time_col=[ts], gap=[5 s], partition keys=[uid])]"
    let rows = try plan("SELECT id, window_end FROM \(session)")
    #expect(
      rows.hasPrefix(
        "Calc(select=[id, window_end])\n+- WindowTableFunction(\(window))\n   +- Exchange(distribution=[hash[uid]])\n"), "\(rows)")
    let byKey = try plan("SELECT uid, COUNT(*) AS n FROM \(session) GROUP BY uid, window_start, window_end")
    #expect(byKey.contains("WindowAggregate(groupBy=[uid], \(window)") && !byKey.contains("WindowTableFunction"), "\(byKey)")
    let byMore = try plan("SELECT uid, cur, COUNT(*) AS n FROM \(session) GROUP BY uid, cur, window_start, window_end")
    #expect(byMore.contains("WindowAggregate(") && byMore.contains("WindowTableFunction(\(window))"), "\(byMore)")
  }

  @Test("a statement set is explained as one job, and what a script runs is explained with it")
  func statementSet() throws {
    let sinks = "CREATE TABLE a (x BIGINT) WITH ('connector' = 'blackhole'); CREATE TABLE b (x BIGINT) WITH ('connector' = 'print');"
    let inserts = "INSERT INTO a SELECT id FROM orders; INSERT INTO b SELECT price FROM bids;"
    let set = try Self.explain(sinks + "EXPLAIN STATEMENT SET BEGIN \(inserts) END", parallelism: 2)
    #expect(set.physicalPlan.components(separatedBy: "\n\n").count == 2)
    #expect(set.logicalPlan.hasPrefix("LogicalSink(table=[default_catalog.default_database.a], fields=[x])\n+- LogicalProject(x=[$0])"))
    #expect(set.physicalPlan.contains("Sink(table=[default_catalog.default_database.b], fields=[x])"))
    #expect(set.jobGraph.split(separator: "\n").count == 2)
    #expect(set.jobGraph.contains("parallelism=[2]"))
    let separate = try SQLCompiler(catalog: TestCatalog.catalog).explain(script: TestCatalog.orders + sinks + inserts)
    #expect(separate.count == 2)
    #expect(separate.allSatisfy { $0.physicalPlan.contains("changelogMode=[NONE]") })
  }

  @Test("the JSON names each node, its inputs and its changelog mode")
  func json() throws {
    let explanation = try Self.explain("EXPLAIN JSON_EXECUTION_PLAN SELECT cur, COUNT(*) AS n FROM orders WHERE cur <> '\"\n' GROUP BY cur")
    let parsed = try JSONSerialization.jsonObject(with: Data(explanation.json.utf8)) as? [String: [[String: Any]]]
    let nodes = try #require(parsed?["nodes"])
    #expect(nodes.map { $0["type"] as? String } == ["TableSourceScan[1]", "Calc[2]", "Exchange[3]", "GroupAggregate[4]"])
    #expect(nodes.map { $0["changelogMode"] as? [String] } == [["I"], ["I"], ["I"], ["I", "UA"]])
    #expect((nodes[2]["predecessors"] as? [[String: Any]])?.first?["ship_strategy"] as? String == "HASH")
    #expect((nodes[1]["contents"] as? String)?.contains("cur <> '\"\n'") == true)
    #expect(explanation.text.hasSuffix("== Physical Execution Plan ==\n\(explanation.json)\n"))
  }

  @Test("EXPLAIN runs nothing, and a script of nothing else gives no job")
  func runsNothing() throws {
    let compiler = SQLCompiler(catalog: TestCatalog.catalog)
    let script = try compiler.translate(script: "EXPLAIN SELECT 1")
    #expect(script.jobs.isEmpty && script.explanations.count == 1)
    #expect(throws: SQLError.self) { try compiler.compile(script: "EXPLAIN SELECT 1") }
  }

  // MARK: Against Flink

  private struct Recorded: Decodable {
    var sql: String
    var plan: String
  }

  /// The tables behind the recording, but for what is not about changelogs.
  private static let recordedTables = """
    CREATE TABLE o (id BIGINT, uid INT, price DOUBLE, cur STRING, ts TIMESTAMP(3), tags ARRAY<STRING>,
      WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen');
    CREATE TABLE s (id BIGINT, oid BIGINT, st TIMESTAMP(3), WATERMARK FOR st AS st) WITH ('connector' = 'datagen');
    CREATE VIEW cnt AS SELECT uid, COUNT(*) AS c FROM o GROUP BY uid;
    CREATE TABLE bh (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');

    """

  /// The changelog modes of the operators that keep state, from the root on.
  private static func modes(_ plan: String) -> [(kind: String, modes: Set<Substring>)] {
    let kinds = [
      "GroupAggregate": "GroupAggregate", "Join": "Join", "Rank": "Rank", "Deduplicate": "Rank", "OverAggregate": "OverAggregate",
      "IntervalJoin": "IntervalJoin", "SortLimit": "SortLimit", "TemporalSort": "TemporalSort", "Limit": "Limit",
      "WindowRank": "WindowRank",
    ]
    return plan.split(separator: "\n").compactMap { line in
      let text = line.drop { " :+-".contains($0) }
      guard let kind = kinds[String(text.prefix { $0 != "(" })], let mode = text.split(separator: "changelogMode=[").last else {
        return nil
      }
      return (kind, Set(mode.prefix { $0 != "]" }.split(separator: ",")))
    }
  }

  /// Statements where our operators still give -U that nobody needs: a join does not know its inputs' unique keys.
  private static let wider: Set<String> = ["SELECT o.id, c FROM o JOIN cnt ON o.uid=cnt.uid"]

  @Test("where a plan has the operators that Flink's has, those that keep state have the same changelog modes")
  func recordedModes() throws {
    let url = try #require(Bundle.module.url(forResource: "Recordings/changelog_modes_2.3.0", withExtension: "json"))
    let recorded = try JSONDecoder().decode([Recorded].self, from: Data(contentsOf: url))
    var compared = 0
    for statement in recorded {
      let script = Self.recordedTables + "EXPLAIN CHANGELOG_MODE " + statement.sql
      guard let plan = try? SQLCompiler(catalog: TestCatalog.catalog).explain(script: script)[0].physicalPlan else { continue }
      let (own, wanted) = (Self.modes(plan), Self.modes(statement.plan))
      guard own.map(\.kind) == wanted.map(\.kind) else { continue }
      if Self.wider.contains(statement.sql) {
        #expect(zip(own, wanted).allSatisfy { $1.modes.isSubset(of: $0.modes) }, "\(statement.sql)")
      } else {
        #expect(own.map(\.modes) == wanted.map(\.modes), "\(statement.sql)")
      }
      compared += 1
    }
    #expect(compared >= 17, "most of the recorded statements are supported, in Flink's shape")
  }
}
