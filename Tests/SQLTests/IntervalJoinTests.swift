//  Interval joins: which conditions make one, its plan, and that its output still has time attributes.

import Dataflow
import Testing

@testable import SQL

@Suite("Interval joins in plans")
struct IntervalJoinTests {
  private static func join(_ query: String, into columns: String = "i BIGINT, p BIGINT") throws -> IntervalJoinSpec? {
    let specs = try TestCatalog.graph(query, into: columns).operators.compactMap { node -> IntervalJoinSpec? in
      if case .intervalJoin(let spec) = node.spec { spec } else { nil }
    }
    return specs.first
  }
  private static let second: Int64 = 1_000_000

  @Test(
    "each way to write the bounds gives left time less right time, in seconds; < and > leave the bound itself out",
    arguments: [
      ("b.bt BETWEEN o.ts AND o.ts + INTERVAL '1' HOUR", -3_600_000, 0),
      ("o.ts BETWEEN b.bt - INTERVAL '5' SECOND AND b.bt + INTERVAL '2' SECOND", -5_000, 2_000),
      ("o.ts >= b.bt AND o.ts < b.bt + INTERVAL '2' SECOND", 0, 1_999),
      ("b.bt > o.ts - INTERVAL '3' SECOND AND b.bt <= o.ts", 0, 2_999),
      ("o.ts + INTERVAL '1' SECOND > b.bt AND o.ts - INTERVAL '1' SECOND <= b.bt", -999, 1_000),
      ("o.ts = b.bt", 0, 0), ("b.bt = o.ts + INTERVAL '1' MINUTE - INTERVAL '1' SECOND", -59_000, -59_000),
      ("o.ts >= b.bt AND o.ts <= b.bt + INTERVAL '9' SECOND AND o.ts <= b.bt + INTERVAL '4' SECOND", 0, 4_000),
    ] as [(String, Int64, Int64)])
  func bounds(condition: String, lower: Int64, upper: Int64) throws {
    for form in ["JOIN bids b ON o.id = b.auction AND \(condition)", ", bids b WHERE o.id = b.auction AND \(condition)"] {
      let spec = try #require(try Self.join("SELECT o.id, b.price FROM orders o \(form)"))
      #expect((spec.lower, spec.upper) == (lower * 1_000, upper * 1_000))
      #expect(spec.kind == .inner && spec.leftKeys.count == 1 && spec.condition == nil)
    }
  }

  @Test(
    "these conditions are a regular join's",
    arguments: [
      "o.ts >= b.bt", "o.ts > b.bt AND o.ts > b.bt - INTERVAL '1' SECOND", "CAST(o.ts AS TIMESTAMP(6)) = CAST(b.bt AS DATE)",
      "o.ts BETWEEN b.bt AND b.bt + INTERVAL '1' MONTH", "o.ts BETWEEN b.bt AND b.bt - INTERVAL '1' SECOND",
      "(o.ts = b.bt OR o.uid = 1)",
    ])
  func regular(condition: String) throws {
    #expect(try Self.join("SELECT o.id, b.price FROM orders o JOIN bids b ON o.id = b.auction AND \(condition)") == nil)
  }

  @Test("outer joins keep their kind, their other conditions stay; IN and EXISTS stay regular joins")
  func kinds() throws {
    let on = "ON o.id = b.auction AND o.ts BETWEEN b.bt AND b.bt + INTERVAL '1' HOUR AND b.price > o.uid"
    for (words, kind) in [("LEFT", JoinKind.left), ("RIGHT", .right), ("FULL OUTER", .full)] {
      let spec = try #require(try Self.join("SELECT o.id, b.price FROM orders o \(words) JOIN bids b \(on)"))
      #expect(spec.kind == kind && spec.condition != nil)
    }
    let semi = "SELECT o.id, o.id FROM orders o WHERE EXISTS (SELECT 1 FROM bids b WHERE o.id = b.auction AND o.ts = b.bt)"
    #expect(try Self.join(semi) == nil)
  }

  @Test("the plan shows bounds, keys and columns, is insert-only, and takes watermarks from both sources")
  func plan() throws {
    let graph = try TestCatalog.graph(
      "SELECT o.id, b.price FROM orders o LEFT JOIN bids b ON o.id + 1 = b.auction AND b.bt BETWEEN o.ts AND o.ts + INTERVAL '1' HOUR",
      into: "i BIGINT, p BIGINT", connector: "'connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv'", parallelism: 2)
    let node = try #require(graph.operators.first { $0.name.hasPrefix("IntervalJoin") })
    #expect(
      node.name == "IntervalJoin(joinType=[LeftOuterJoin], windowBounds=[isRowTime=true, leftLowerBound=-3600000, leftUpperBound=0, "
        + "leftTimeIndex=1, rightTimeIndex=2], where=[$key7 = auction], select=[id, ts, $key7, auction, price, bt])")
    #expect(graph.sources.allSatisfy { $0.watermark != nil })
  }

  @Test("both time attributes can be windowed afterwards, also where WHERE holds the bounds")
  func cascade() throws {
    for column in ["ts", "bt"] {
      for form in ["JOIN bids b ON o.id = b.auction AND", ", bids b WHERE o.id = b.auction AND"] {
        let graph = try TestCatalog.graph(
          """
          SELECT window_end, COUNT(*) FROM TUMBLE(TABLE (SELECT o.ts, b.bt FROM orders o \(form)
            o.ts BETWEEN b.bt AND b.bt + INTERVAL '1' HOUR), DESCRIPTOR(\(column)), INTERVAL '1' MINUTE) GROUP BY window_start, window_end
          """.replacingTable(), into: "e TIMESTAMP(3), c BIGINT")
        #expect(graph.operators.contains { $0.name.hasPrefix("WindowAggregate") })
      }
    }
  }

  @Test("an updating input is refused with the node that updates")
  func updating() {
    let mistake = TestCatalog.mistake(
      """
      CREATE TABLE c (id BIGINT, ct TIMESTAMP(3), WATERMARK FOR ct AS ct) WITH ('connector' = 'filesystem', 'path' = '/x', 'format' = 'debezium-json');
      CREATE TABLE b (id BIGINT, bt TIMESTAMP(3), WATERMARK FOR bt AS bt) WITH ('connector' = 'datagen');
      CREATE TABLE s (a BIGINT) WITH ('connector' = 'print');
      INSERT INTO s SELECT c.id FROM c JOIN b ON c.id = b.id AND c.ct = b.bt;
      """)
    #expect(mistake.contains("IntervalJoin doesn't support consuming update and delete changes which is produced by node Source: c[1]"))
  }
}

extension String {
  /// A subquery as the input of a window function stands in parentheses alone.
  fileprivate func replacingTable() -> String { split(separator: "TABLE (", maxSplits: 1).joined(separator: "(") }
}
