//  VALUES, SELECT without FROM, UNION, INTERSECT and EXCEPT: their grammar, plans and results.

import Dataflow
import Testing

@testable import SQL

@Suite("VALUES and set operations") struct SetQueryTests {
  /// The final rows of a query over no table.
  private static func rows(_ query: String, into columns: String, parallelism: Int = 1) throws -> String {
    let script = "CREATE TABLE t (\(columns)) WITH ('connector' = 'print');\nINSERT INTO t \(query);"
    let graph = try SQLCompiler(catalog: .builtIn).compile(script: script, parallelism: parallelism)[0].graph
    return try PlanRunner.finalRows(of: graph).joined(separator: " ")
  }

  private static let left = "(SELECT a FROM (VALUES (1), (1), (1), (2), (2), (NULL), (NULL), (4)) AS l(a))"
  private static let right = "(SELECT a FROM (VALUES (1), (1), (3), (NULL), (4), (4)) AS r(a))"

  @Test(
    "rows are those of the definition, NULLs are equal, at parallelism 1 and 3",
    arguments: [
      ("VALUES 1, (2), ROW(3)", "1 2 3"), ("SELECT 1 + 1", "2"), ("SELECT 1 WHERE 1 > 2", ""),
      ("SELECT COUNT(*) FROM (SELECT 1) WHERE FALSE", ""),
      ("SELECT CHAR_LENGTH('abc') + a FROM (VALUES (1), (CAST(NULL AS INT))) AS v(a)", "4 NULL"),
      ("VALUES (1), (ABS(-2)), (CAST('3' AS INT))", "1 2 3"), ("SELECT a FROM (VALUES (1, ABS(-5)), (2, 6)) AS v(a, b) WHERE b = 5", "1"),
      ("\(left) INTERSECT \(right)", "1 4 NULL"), ("\(left) INTERSECT ALL \(right)", "1 1 4 NULL"),
      ("\(left) EXCEPT \(right)", "2"), ("\(left) EXCEPT ALL \(right)", "1 2 2 NULL"),
      ("\(left) EXCEPT DISTINCT \(right)", "2"), ("SELECT 1 UNION SELECT 2 INTERSECT SELECT 2", "1 2"),
      ("(SELECT 1 UNION SELECT 2) INTERSECT SELECT 2", "2"), ("SELECT 1 UNION ALL SELECT 1 EXCEPT SELECT 2", "1"),
      ("SELECT 1 EXCEPT SELECT 1 UNION ALL SELECT 7", "7"), ("SELECT 1 UNION SELECT 1 UNION ALL SELECT 1", "1 1"),
      ("SELECT a FROM (\(left) INTERSECT \(right)) WHERE a > 1", "4"),
      ("(SELECT COUNT(*) FROM \(left) GROUP BY a) EXCEPT (SELECT COUNT(*) FROM \(right) GROUP BY a)", "3"),
      ("(SELECT COUNT(*) FROM \(left) GROUP BY a) INTERSECT ALL (SELECT COUNT(*) FROM \(right) GROUP BY a)", "1 2 2"),
    ])
  func results(query: String, rows: String) throws {
    for parallelism in [1, 3] { #expect(try Self.rows(query, into: "a BIGINT", parallelism: parallelism) == rows, "\(query)") }
  }

  @Test("INSERT INTO takes VALUES, with a column list and with NULLs of no type")
  func insertValues() throws {
    let columns = "a BIGINT, b STRING, c DOUBLE"
    #expect(try Self.rows("VALUES (1, 'x', 2.5), (2, 'long', NULL)", into: columns) == "1|x|2.5 2|long|NULL")
    let script = "CREATE TABLE t (\(columns)) WITH ('connector' = 'print'); INSERT INTO t (c, a) VALUES (NULL, 1), (NULL, 2);"
    let graph = try SQLCompiler(catalog: .builtIn).compile(script: script)[0].graph
    #expect(try PlanRunner.finalRows(of: graph) == ["1|NULL|NULL", "2|NULL|NULL"])
  }

  @Test("columns of VALUES have the common type of their values")
  func valueTypes() throws {
    let columns = try TestCatalog.plan("VALUES (1, 'a', NULL), (CAST(2 AS BIGINT), 'bcd', DATE '2024-01-01')").columns
    #expect(columns.map(\.name) == ["EXPR$0", "EXPR$1", "EXPR$2"])
    #expect(columns.map { "\($0.type)\($0.isNullable ? "" : " NOT NULL")" } == ["BIGINT NOT NULL", "VARCHAR(3) NOT NULL", "DATE"])
  }

  @Test("INTERSECT only grows and goes into a CSV file, EXCEPT takes rows back and does not")
  func changes() throws {
    let file = "'connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv'"
    #expect(
      try !TestCatalog.graph("SELECT id FROM orders INTERSECT SELECT id FROM bids", into: "a BIGINT", connector: file).vertices.isEmpty)
    let script =
      TestCatalog.orders + "CREATE TABLE t (a BIGINT) WITH (\(file)); INSERT INTO t SELECT id FROM orders EXCEPT SELECT id FROM bids"
    #expect(
      TestCatalog.mistake(script).contains(
        "Table sink 't' doesn't support consuming delete changes which is produced by node Except(all=[false], select=[id])"))
  }

  @Test("other VALUES are another source, equal ones keep their id")
  func identity() throws {
    func source(_ query: String) throws -> OperatorID {
      try TestCatalog.graph(query, into: "a BIGINT").operators.first { if case .source = $0.spec { true } else { false } }!.id
    }
    #expect(try source("VALUES (1), (2)") == source("SELECT * FROM (VALUES (1), (2))"))
    #expect(try source("VALUES (1), (2)") != source("VALUES (1), (3)"))
  }
}
