//  What people are told when a script is wrong.

import Testing

@testable import SQL

@Suite struct MistakeTests {
  @Test("a mistake is shown with its place, what was expected and the nearest name", arguments: Mistake.all)
  func rendered(mistake: Mistake) {
    #expect(TestCatalog.mistake(TestCatalog.orders + mistake.script) == mistake.rendered)
  }

  @Test("the error carries line, column, expectation and suggestion on their own")
  func parts() {
    do throws(SQLError) {
      _ = try TestCatalog.compile("CREATE TABLE t (a INT)\n  WITH ('connector' = 'datagn')")
      Issue.record("the connector is unknown")
    } catch {
      #expect((error.line, error.column) == (2, 23))
      #expect(error.suggestion == "datagen")
      #expect(error.message == "unknown connector 'datagn'; did you mean 'datagen'?")
    }
  }

  @Test("a wrong option of the request is a mistake too")
  func requestOptions() {
    #expect(
      TestCatalog.mistake("", options: ["parallelism.default": "0"])
        == "line 1, column 1: 'parallelism.default' takes a whole number from 1 to 32768, not '0'\n  \n  ^")
  }

  @Test(
    "nesting, length and size are bounded, whatever is nested",
    arguments: [
      "SELECT " + String(repeating: "(", count: 5_000) + "1",
      "SELECT " + String(repeating: "- ", count: 5_000) + "1",
      "SELECT " + String(repeating: "NOT ", count: 5_000) + "TRUE",
      "SELECT " + String(repeating: "CASE WHEN ", count: 5_000) + "TRUE",
      "SELECT " + String(repeating: "ABS(", count: 5_000) + "1",
      "SELECT id" + String(repeating: " + id", count: 5_000) + " FROM orders",
      "SELECT id" + String(repeating: ".id", count: 5_000) + " FROM orders",
      "SELECT id" + String(repeating: "[1]", count: 5_000) + " FROM orders",
      "SELECT id FROM " + String(repeating: "(SELECT id FROM ", count: 5_000),
      "SELECT id FROM orders" + String(repeating: ", orders", count: 5_000),
      "SELECT id FROM orders" + String(repeating: " JOIN orders ON TRUE", count: 5_000),
      "SELECT id FROM orders" + String(repeating: " UNION SELECT id FROM orders UNION ALL SELECT id FROM orders", count: 5_000),
      "SELECT CAST(id AS " + String(repeating: "ARRAY<", count: 5_000),
      "SELECT " + String(repeating: "9", count: 5_000) + " FROM orders",
      "SELECT 1e" + String(repeating: "9", count: 5_000) + " FROM orders",
      "SELECT " + String(repeating: "a", count: 5_000) + " FROM orders",
      "SELECT " + String(repeating: "*, ", count: 5_000) + "* FROM orders",
    ])
  func bounded(query: String) {
    #expect(TestCatalog.mistake(TestCatalog.orders + "CREATE VIEW v AS " + query).hasPrefix("line 4, column "))
  }

  @Test("views that double each other's size are stopped")
  func doubling() {
    var plans = TestCatalog.orders + "CREATE VIEW v0 AS SELECT id FROM orders;\n"
    var expressions = TestCatalog.orders + "CREATE VIEW v0 AS SELECT id FROM orders;\n"
    for level in 1...40 {
      plans += "CREATE VIEW v\(level) AS SELECT id FROM v\(level - 1) UNION ALL SELECT id FROM v\(level - 1);\n"
      expressions += "CREATE VIEW v\(level) AS SELECT id + id AS id FROM v\(level - 1);\n"
    }
    #expect(TestCatalog.mistake(plans).contains("this query is too large with its views: at most 1000 operators"))
    let sink = "CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole'); INSERT INTO t SELECT id FROM v40"
    #expect(TestCatalog.mistake(expressions + sink) == "")
  }

  @Test("views inside views are bounded")
  func towers() {
    var script = TestCatalog.orders + "CREATE VIEW v0 AS SELECT id FROM orders;\n"
    for level in 1...500 { script += "CREATE VIEW v\(level) AS SELECT id FROM v\(level - 1);\n" }
    #expect(TestCatalog.mistake(script).contains("this query is nested too deeply with its views: at most 128 operators in a row"))
  }

  @Test("a script that is too large is refused")
  func tooLarge() {
    #expect(
      TestCatalog.mistake(String(repeating: " ", count: (1 << 20) + 1))
        .hasPrefix("line 1, column 1: the script is too large: at most 1048576 bytes"))
  }
}
