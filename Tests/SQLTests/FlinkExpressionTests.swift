//  Expressions and what Flink 2.3 says of them: `expression :: type :: value`, where the values of the three rows of `t` stand between bars
//  unless they are equal, or `expression :: INVALID` where the script is refused. The files of `Expressions` were recorded from a running
//  Flink; what differs by design is not in them.

import Columnar
import Expressions
import Foundation
import TestKit
import Testing

@testable import SQL

@Suite struct FlinkExpressionTests {
  @Test(
    "an expression has Flink's type and values",
    arguments: [
      "numbers", "choices", "strings", "matches", "times", "casts", "cast_edges", "cast_values", "calendars", "formats", "collections",
      "json",
    ])
  func values(file: String) throws {
    let url = try #require(Bundle.module.url(forResource: "Expressions/\(file).txt", withExtension: nil))
    var zone = TimeZoneRules.utc
    for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") where !line.hasPrefix("#") {
      if line.hasPrefix("zone: ") {
        zone = try #require(FlinkTable.zones.rules(named: String(line.dropFirst(6))))
        continue
      }
      let parts = line.components(separatedBy: " :: ")
      try #require(parts.count == 3 || parts.last == "INVALID", "\(line)")
      #expect("\(parts[0]) :: \(FlinkTable.answer(parts[0], zone: zone))" == line)
    }
  }
}

/// The table that the recorded expressions are over.
enum FlinkTable {
  static let script = """
    CREATE TABLE t (bo BOOLEAN, ti TINYINT, si SMALLINT, i INT, bi BIGINT, f FLOAT, d DOUBLE, dc DECIMAL(10, 2), dl DECIMAL(38, 18),
      v VARCHAR(20), s STRING, n STRING, by_ BYTES, da DATE, tm TIME(0), ts TIMESTAMP(3), t6 TIMESTAMP(6), tz TIMESTAMP_LTZ(3),
      ai ARRAY<INT>, st ARRAY<STRING>, m MAP<STRING, INT>, r ROW<a INT, b STRING>, j STRING) WITH ('connector' = 'datagen');

    """
  /// Zones of the system, as workers know them.
  static let zones = TimeZones { name in
    guard let data = try? Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)")) else { return nil }
    return try? TimeZoneRules(name: name, tzif: Array(data))
  }
  private static let instant: Int64 = 1_709_210_096_789

  static let rows: [[Value]] = [
    [
      .boolean(true), .integer(1), .integer(2), .integer(42), .integer(1_234_567_890_123), .float(1.5), .double(2.25), .decimal(1_234_567),
      .decimal(1_500_000_000_000_000_000), .string("Hello"), .string("Hello World"), .string("42"), .bytes([1, 2, 255]), .integer(19_782),
      .integer(45_296_000), .integer(instant * 1000), .integer(instant * 1000 + 123), .integer(instant * 1000),
      .list([.integer(1), .integer(2), .integer(3)]), .list([.string("a"), .string("b"), .null]),
      .list([.row([.string("k"), .integer(1)]), .row([.string("l"), .integer(2)])]), .row([.integer(7), .string("x")]),
      .string(#"{"a":1,"b":[1,2,{"c":"x"}],"s":"text","n":null}"#),
    ],
    [
      .boolean(false), .integer(-128), .integer(-32768), .integer(-2_147_483_648), .integer(.min), .float(-0.1), .double(1e300),
      .decimal(-9_999_999_999), .decimal(-12_345_678_901_234_567_890_123_456_789_012_345_678), .string(""), .string("añb€c😀d"),
      .string(" -7.5 "), .bytes([]), .integer(-1), .integer(86_399_000), .integer(-1000), .integer(-1), .integer(-1000), .list([]),
      .list([]),
      .list([]), .row([.null, .null]), .string("not json"),
    ],
    [Value](repeating: .null, count: 23),
  ]

  /// `type :: value`, or the reason why there is none.
  static func answer(_ expression: String, zone: TimeZoneRules) -> String {
    do {
      var session = SQLSession(catalog: SessionCatalog(connectors: TestCatalog.catalog), settings: try Settings(options: [:]))
      let text = "\(script)CREATE VIEW w AS SELECT \(expression) AS x FROM t;"
      for statement in try Parser.parse(Array(text.utf8)) { try session.run(statement, name: nil, parallelism: 1) }
      let name = Identifier(text: "w", span: SourceSpan(start: 0, end: 0))
      guard
        case .project(let input, let expressions, let columns) = try session.catalog.plan(
          of: ObjectName(name: name, span: name.span), also: [])
      else { return "INVALID :: no projection" }
      let type = "\(columns[0].type)\(columns[0].isNullable ? "" : " NOT NULL")"
      let builder = BatchBuilder(Schema(input.columns.map { Field($0.name, $0.type) }))
      for row in rows { builder.append(row) }
      do {
        let context = EvaluationContext(nowMicroseconds: 1_750_000_000_000_000, timeZone: zone, zones: zones)
        let compiled = try CompiledExpression(ConstantFolding.foldDeep(expressions[0]))
        let column = try compiled.evaluate(over: builder.finish(), context: context)
        let values = (0..<rows.count).map { show(column, $0, columns[0].type, zone) }
        return "\(type) :: \(Set(values).count == 1 ? values[0] : values.joined(separator: " | "))"
      } catch {
        return "\(type) :: ERROR"
      }
    } catch {
      return "INVALID"
    }
  }

  private static func show(_ column: Column, _ row: Int, _ type: DataType, _ zone: TimeZoneRules) -> String {
    guard column.isValid(row) else { return "<NULL>" }
    var text: [UInt8] = []
    if case .timestampLTZ(let precision) = type, case .int64(let times) = column {
      text.appendTimestamp(microseconds: zone.local(fromUTC: times.values[row]), precision: precision)
    } else {
      column.appendText(row: row, type: type, style: .sql, into: &text)
    }
    return String(decoding: text, as: UTF8.self).replacingOccurrences(of: "\n", with: "\\n").replacingOccurrences(of: "\t", with: "\\t")
  }
}
