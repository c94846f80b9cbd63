//  VALUES, SELECT without FROM, UNION, INTERSECT and EXCEPT: their grammar and plans.

import Dataflow
import Testing

@testable import SQL

@Suite("VALUES and set operations") struct SetQueryTests {
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
