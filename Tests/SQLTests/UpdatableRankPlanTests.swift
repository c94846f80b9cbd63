//  By which operator a Top-N over changes runs, as Flink 2.3 shows it by EXPLAIN.

import Dataflow
import Testing

@testable import SQL

@Suite("Top-N over rows that replace each other") struct UpdatableRankPlanTests {
  private static let tables = """
    CREATE TABLE o (id BIGINT, uid INT, price DOUBLE, cur STRING, n INT, k INT NOT NULL, ts TIMESTAMP(3),
      WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen');
    CREATE TABLE s (id BIGINT, oid INT) WITH ('connector' = 'datagen');

    """

  private static func strategies(_ node: PhysicalNode) -> [String] {
    let own = node.name.split(separator: "strategy=[").dropFirst().map { String($0.prefix { $0 != "]" && $0 != "[" }) + keys(node.spec) }
    return own + node.inputs.flatMap { $0.plan.nodes.flatMap(strategies) }
  }

  private static func keys(_ spec: OperatorSpec) -> String {
    if case .rank(let spec) = spec, let key = spec.upsertKey { "\(key)" } else { "" }
  }

  private static func top(_ order: String, of source: String, partition: String = "", columns: String = "*") -> String {
    "SELECT \(columns) FROM (SELECT *, ROW_NUMBER() OVER (\(partition) ORDER BY \(order)) AS rn FROM (\(source))) WHERE rn <= 3"
  }

  private static let counts = "SELECT uid, COUNT(*) AS c FROM o GROUP BY uid"

  @Test(
    "where rows only rise they replace each other by upsert key, and otherwise are taken back",
    arguments: [
      (top("c DESC", of: counts), ["UpdateFastStrategy[0]"]),
      (top("c DESC", of: counts, columns: "uid, c"), ["UpdateFastStrategy[0]"]),
      (top("c", of: counts), ["RetractStrategy"]),
      (
        top("c DESC", of: "SELECT cur, uid, COUNT(*) AS c FROM o GROUP BY cur, uid", partition: "PARTITION BY cur"),
        ["UpdateFastStrategy[0, 1]"]
      ),
      (top("c DESC", of: "SELECT uid, COUNT(DISTINCT cur) AS c FROM o GROUP BY uid"), ["UpdateFastStrategy[0]"]),
      (top("m DESC", of: "SELECT uid, MAX(price) AS m FROM o GROUP BY uid"), ["UpdateFastStrategy[0]"]),
      (top("m DESC, uid", of: "SELECT uid, MAX(price) AS m FROM o GROUP BY uid"), ["UpdateFastStrategy[0]"]),
      (top("m", of: "SELECT uid, MIN(k) AS m FROM o GROUP BY uid"), ["UpdateFastStrategy[0]"]),
      (top("m DESC", of: "SELECT uid, LAST_VALUE(n) AS m FROM o GROUP BY uid"), ["RetractStrategy"]),
      (top("c DESC, m DESC", of: "SELECT uid, MAX(n) AS m, COUNT(*) AS c FROM o GROUP BY uid"), ["UpdateFastStrategy[0]"]),
      (top("c DESC, m", of: "SELECT uid, MAX(n) AS m, COUNT(*) AS c FROM o GROUP BY uid"), ["RetractStrategy"]),
      (top("uid DESC", of: "SELECT DISTINCT uid FROM o"), ["UpdateFastStrategy[0]"]),
      (
        top("id DESC", of: "SELECT uid, id, COUNT(*) AS c FROM o GROUP BY uid, id", partition: "PARTITION BY uid"),
        ["UpdateFastStrategy[0, 1]"]
      ),
      (top("uid DESC", of: counts, partition: "PARTITION BY c"), ["RetractStrategy"]),
      // A condition takes rows back; a cast changes no order; what is computed is not followed.
      (top("c DESC", of: counts + " HAVING COUNT(*) > 2"), ["RetractStrategy"]),
      (top("c DESC", of: "SELECT uid, CAST(COUNT(*) AS INT) AS c FROM o GROUP BY uid"), ["UpdateFastStrategy[0]"]),
      (top("c DESC", of: "SELECT uid, COUNT(*) + 1 AS c FROM o GROUP BY uid"), ["RetractStrategy"]),
      // Sums rise where what is added does not fall.
      (top("m DESC", of: "SELECT uid, SUM(n) AS m FROM o GROUP BY uid"), ["RetractStrategy"]),
      (top("m DESC", of: "SELECT uid, SUM(n) AS m FROM o WHERE n >= 0 GROUP BY uid"), ["UpdateFastStrategy[0]"]),
      (top("m DESC", of: "SELECT uid, SUM(n) AS m FROM o WHERE 0 < n AND id > 3 GROUP BY uid"), ["UpdateFastStrategy[0]"]),
      (top("m DESC", of: "SELECT uid, SUM(n) AS m FROM o WHERE n > -1 GROUP BY uid"), ["RetractStrategy"]),
      (top("m", of: "SELECT uid, SUM(k) AS m FROM o WHERE k <= 0 GROUP BY uid"), ["UpdateFastStrategy[0]"]),
      (top("m DESC", of: "SELECT uid, SUM(n) FILTER (WHERE n > 0) AS m FROM o GROUP BY uid"), ["UpdateFastStrategy[0]"]),
      (top("m DESC", of: "SELECT uid, SUM(CASE WHEN n > 0 THEN 1 ELSE 0 END) AS m FROM o GROUP BY uid"), ["UpdateFastStrategy[0]"]),
      // The key is kept below where it is not selected above.
      (top("c DESC", of: counts, columns: "c"), ["UpdateFastStrategy[0]"]),
      (top("c DESC", of: counts, columns: "c, rn"), ["UpdateFastStrategy[0]"]),
      (
        top("c DESC", of: "SELECT cur, c FROM (SELECT cur, uid, COUNT(*) AS c FROM o GROUP BY cur, uid)", partition: "PARTITION BY cur"),
        ["UpdateFastStrategy[0, 2]"]
      ),
      (top("c", of: counts, columns: "c"), ["RetractStrategy"]),
      ("SELECT COUNT(c) FROM (\(top("c DESC", of: counts)))", ["UpdateFastStrategy[0]"]),
      ("SELECT c FROM (\(counts)) ORDER BY c DESC LIMIT 3", ["UpdateFastStrategy[1]"]),
      // LIMIT is a Top-N.
      (counts + " ORDER BY c DESC LIMIT 3", ["UpdateFastStrategy[0]"]),
      (counts + " ORDER BY c DESC LIMIT 3 OFFSET 2", ["UpdateFastStrategy[0]"]),
      // What an aggregation groups by must not change; changes of a join or a union have no key that is known to stay in order.
      (
        top("cc DESC", of: "SELECT uid / 2 AS g, MAX(c) AS cc FROM (\(counts)) GROUP BY uid / 2"), ["RetractStrategy"]
      ),
      (
        top("c DESC", of: "SELECT uid, c, oid FROM (\(counts)) JOIN s ON uid = oid", partition: "PARTITION BY uid"), ["RetractStrategy"]
      ),
      (top("c DESC", of: counts + " UNION ALL SELECT n, COUNT(*) FROM o GROUP BY n"), ["RetractStrategy"]),
      (
        top(
          "m DESC",
          of:
            "SELECT cur, m FROM (SELECT cur, price AS m, ROW_NUMBER() OVER (PARTITION BY cur ORDER BY price DESC) AS r FROM o) WHERE r = 1"),
        ["RetractStrategy", "AppendFastStrategy"]
      ),
    ])
  func strategy(query: String, expected: [String]) throws {
    #expect(Self.strategies(try ChangelogModeTests.plan(query, tables: Self.tables)) == expected, "\(query)")
  }

  /// Flink's plans have UpdateFastStrategy for these. A row of them may fall, or be deleted: rows that have been left out would be missing.
  @Test(
    "rows are taken back where NULL stands first, and where what is aggregated is itself replaced",
    arguments: [
      top("m", of: "SELECT uid, MIN(price) AS m FROM o GROUP BY uid"),
      top("m DESC NULLS FIRST", of: "SELECT uid, MAX(price) AS m FROM o GROUP BY uid"),
      top("cc DESC", of: "SELECT uid, MAX(c) AS cc FROM (SELECT uid, cur, COUNT(*) AS c FROM o GROUP BY uid, cur) GROUP BY uid"),
    ])
  func moreCareful(query: String) throws {
    #expect(Self.strategies(try ChangelogModeTests.plan(query, tables: Self.tables)) == ["RetractStrategy"])
  }

  @Test("an aggregation that only a Top-N by key follows needs no -U, and the Top-N gives it where it is needed")
  func updateBefore() throws {
    let plan = try ChangelogModeTests.plan(
      "SELECT COUNT(uid), SUM(c) FROM (\(Self.top("c DESC", of: Self.counts)))", tables: Self.tables)
    var specs: [OperatorSpec] = []
    func visit(_ node: PhysicalNode) {
      specs.append(node.spec)
      for input in node.inputs { input.plan.nodes.forEach(visit) }
    }
    visit(plan)
    #expect(specs.compactMap { if case .rank(let spec) = $0 { spec.emitsUpdateBefore } else { nil } } == [true])
    #expect(specs.compactMap { if case .groupAggregate(let spec) = $0 { spec.emitsUpdateBefore } else { nil } } == [false, false])
  }
}
