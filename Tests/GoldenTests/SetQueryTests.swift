//  VALUES, UNION, INTERSECT and EXCEPT over rows that stand in the query: each in one line.

import Testing

@Suite("Rows of VALUES and set operations") struct SetQueryTests {
  private static let left = "(SELECT a FROM (VALUES (1), (1), (1), (2), (2), (NULL), (NULL), (4)) AS l(a))"
  private static let right = "(SELECT a FROM (VALUES (1), (1), (3), (NULL), (4), (4)) AS r(a))"

  @Test(
    "rows are those of the definition, and NULLs are equal",
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
    try check("\(query);", rows.split(separator: " ").map(String.init))
  }

  @Test("INSERT INTO takes VALUES, with a column list and with NULLs of no type")
  func insertValues() throws {
    let table = "CREATE TABLE t (a BIGINT, b STRING, c DOUBLE) WITH ('connector' = 'rows');"
    try check(table, ["1 | x | 2.5", "2 | long | NULL"], "INSERT INTO t VALUES (1, 'x', 2.5), (2, 'long', NULL);")
    try check(table, ["1 | NULL | NULL", "2 | NULL | NULL"], "INSERT INTO t (c, a) VALUES (NULL, 1), (NULL, 2);")
  }

  private func check(_ script: String, _ rows: [String], _ insert: String = "") throws {
    let text = "\(script)\n\(rows.map { "--| \($0)\n" }.joined())\(insert)"
    #expect(CaseRunner(golden: try GoldenCase(name: script, text: text)).failure() == nil)
  }
}
