//  Fields of ROWs and computed columns on their way into the source: the plan before, the plan after.

import Columnar
import Dataflow
import Expressions
import Testing

@testable import SQL

@Suite struct FieldRuleTests {
  private static func events(_ connector: String = "'connector' = 'nexmark'") -> String {
    """
    CREATE TABLE events (kind INT, person ROW<name STRING, home ROW<city STRING, zip INT NOT NULL>>,
      bid ROW<item STRING, price BIGINT, at_ TIMESTAMP(3)> NOT NULL,
      ts AS CASE WHEN kind = 0 THEN TO_TIMESTAMP(person.name) WHEN kind = 1 THEN bid.at_ END,
      twice AS bid.price * 2, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH (\(connector));
    CREATE TABLE out_ (a STRING) WITH ('connector' = 'blackhole');

    """
  }
  private static let catalog = SessionCatalog(connectors: TestCatalog.catalog)

  /// The pruned plan of a query.
  private static func plan(_ query: String, _ connector: String = "'connector' = 'nexmark'") throws -> LogicalPlan {
    ProjectionMerging.apply(
      ColumnPruning.apply(
        PredicatePushDown.apply(ProjectionMerging.apply(try TestCatalog.plan(query, over: events(connector))), throughAggregates: true)))
  }

  private static func source(_ query: String, _ connector: String = "'connector' = 'nexmark'") throws -> SourceSpec {
    try #require(
      try TestCatalog.compile(events(connector) + "INSERT INTO out_ SELECT CAST(a AS STRING) FROM (\(query)) AS t(a)")[0].graph.sources
        .first)
  }

  @Test("a ROW that is only read by field is not read; a field is taken out of a ROW that is")
  func fields() throws {
    let plan = try Self.plan("SELECT bid.price + 1, person.home.city, person.home, kind FROM events WHERE bid.item = 'x'")
    #expect(
      plan.tree == """
        Project [bid.price + 1, person.home.city, person.home, kind]
          Filter bid.item = 'x'
            Scan events [kind, person, bid]
        """)
    #expect(
      FieldPushDown.apply(plan, Self.catalog).tree == """
        Project [bid_price + 1, person_home.city, person_home, kind]
          Filter bid_item = 'x'
            Scan events [kind, person_home, bid_item, bid_price]
        """)
    let whole = try Self.plan("SELECT bid, bid.price, person.name FROM events")
    #expect(
      FieldPushDown.apply(whole, Self.catalog).tree == """
        Project [bid, bid.price, person_name]
          Scan events [bid, person_name]
        """)
  }

  @Test("whether a ROW is there is read without its fields")
  func presence() throws {
    let plan = try Self.plan("SELECT person.name FROM events WHERE person.home IS NOT NULL AND person IS NOT NULL AND person.name IS NULL")
    #expect(
      FieldPushDown.apply(plan, Self.catalog).tree == """
        Project [person_name]
          Filter person_home IS NOT NULL AND person IS NOT NULL AND person_name IS NULL
            Scan events [person, person_name, person_home]
        """)
    let spec = try Self.source("SELECT person.name FROM events WHERE person.home IS NOT NULL")
    #expect(spec.projection == [1, 1])
    #expect(spec.paths == [FieldPath([0]), FieldPath([1], isPresence: true)])
    #expect(spec.produced.fields.map(\.type) == [.string, .row([])])
    #expect(spec.columns.isEmpty)
  }

  @Test("a field of a ROW that may be NULL may be NULL")
  func nullability() throws {
    let plan = FieldPushDown.apply(
      try Self.plan("SELECT person.home.zip, bid.price FROM events"), Self.catalog)
    guard case .project(.scan(let scan), _, _) = plan else {
      Issue.record("a projection of a scan: \(plan.tree)")
      return
    }
    #expect(scan.columns.map(\.isNullable) == [true, true])
    #expect(
      FieldPath([1]).field(of: Field("r", .row([Field("a", .int32), Field("b", .int32, isNullable: false)]), isNullable: false))
        == Field("r_b", .int32, isNullable: false))
  }

  @Test(
    "a source that does not read fields reads columns",
    arguments: ["'connector' = 'datagen'", "'connector' = 'filesystem', 'path' = '/x', 'format' = 'csv'"])
  func notDeclared(connector: String) throws {
    let plan = try Self.plan("SELECT bid.price, person IS NULL FROM events", connector)
    #expect(FieldPushDown.apply(plan, Self.catalog).tree == plan.tree)
    let spec = try Self.source("SELECT bid.price FROM events WHERE person.home IS NULL", connector)
    #expect(spec.projection == [1, 2] && spec.paths == nil)
  }

  @Test("a format that reads fields is given those of computed columns and watermarks too")
  func computed() throws {
    let json = "'connector' = 'filesystem', 'path' = '/x', 'format' = 'json'"
    let spec = try Self.source(
      "SELECT COUNT(*) FROM TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end", json)
    #expect(spec.produced.fields.map(\.name) == ["kind", "person_name", "bid_at_"])
    #expect(spec.watermark?.expression.columns == [0])
  }

  @Test("columns whose names come to the same are told apart")
  func names() throws {
    let spec = SourceSpec(
      table: "t", connector: "c", options: [:],
      declared: Schema([Field("a_b", .int32), Field("a", .row([Field("b", .int32)]))]), projection: [0, 1, 1])
    var paths = spec
    paths.paths = [FieldPath(), FieldPath([0]), FieldPath(isPresence: true)]
    #expect(paths.produced.fields.map(\.name) == ["a_b", "a_b_$0", "a"])
  }

  @Test("a computed column is computed behind the filter, as far as the filter has left anything to compute")
  func inlining() throws {
    let plan = try Self.plan("SELECT ts, bid.item FROM events WHERE kind = 1 AND twice > 4")
    #expect(
      plan.tree == """
        Project [ts, bid.item]
          Filter (kind = 1) AND (twice > 4)
            Scan events [kind, bid, ts, twice]
        """)
    let inlined = ComputedColumnInlining.apply(plan)
    #expect(
      inlined.tree == """
        Project [bid.at_, bid.item]
          Filter (kind = 1) AND ((bid.price * 2) > 4)
            Scan events [kind, bid]
        """)
    #expect(
      FieldPushDown.apply(inlined, Self.catalog).tree == """
        Project [bid_at_, bid_item]
          Filter (kind = 1) AND ((bid_price * 2) > 4)
            Scan events [kind, bid_item, bid_price, bid_at_]
        """)
  }

  @Test("what would be computed twice, or what a watermark needs, stays with the source")
  func notInlined() throws {
    let twice = try Self.plan("SELECT twice, twice + 1 FROM events")
    #expect(ComputedColumnInlining.apply(twice).tree == twice.tree)
    let watermark = try Self.plan(
      "SELECT COUNT(*) FROM TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' MINUTE) WHERE kind = 1 GROUP BY window_start, window_end")
    #expect(ComputedColumnInlining.apply(watermark).tree == watermark.tree)
  }

  @Test("a CASE is decided by the filter below it, whichever way round that is written")
  func implied() throws {
    func apply(_ query: String) throws -> String { ImpliedConditions.apply(try Self.plan(query)).tree }
    #expect(
      try apply("SELECT CASE WHEN kind = 0 THEN 'a' WHEN kind = 1 AND bid.price > 3 THEN 'b' ELSE 'c' END FROM events WHERE 1 = kind")
        == """
        Project [CASE WHEN (bid.price > 3) THEN 'b' ELSE 'c' END]
          Filter 1 = kind
            Scan events [kind, bid]
        """)
    for condition in ["kind > 1", "kind = 1 OR kind = 2", "bid.price = 1"] {
      let plan = try Self.plan("SELECT CASE WHEN kind = 0 THEN 'a' ELSE 'c' END FROM events WHERE \(condition)")
      #expect(ImpliedConditions.apply(plan).tree == plan.tree)
    }
  }

  @Test("state is found again whether or not a rule computes its key in another way")
  func identity() throws {
    func group(_ condition: String, _ connector: String) throws -> String? {
      let graph = try TestCatalog.compile(
        Self.events(connector) + "INSERT INTO out_ SELECT CAST(COUNT(*) AS STRING) FROM events WHERE \(condition) GROUP BY ts, bid.item")[0]
        .graph
      return graph.operators.first { $0.name.hasPrefix("GroupAggregate") }?.id.hex
    }
    let ids = [
      try group("kind = 1", "'connector' = 'nexmark'"), try group("kind >= 1", "'connector' = 'nexmark'"),
      try group("kind = 1", "'connector' = 'datagen'"),
    ]
    #expect(Set(ids).count == 1 && ids[0] != nil)
  }

  @Test("EXPLAIN shows the fields that are read")
  func explain() throws {
    let explanation = try SQLCompiler(catalog: TestCatalog.catalog).explain(
      script: Self.events() + "EXPLAIN SELECT bid.item, ts FROM events WHERE kind = 1 AND bid.price > 3")[0]
    #expect(
      explanation.physicalPlan == """
        Calc(select=[bid_item AS item, bid_at_ AS ts], where=[(kind = 1) AND (bid_price > 3)])
        +- TableSourceScan(table=[[default_catalog, default_database, events]], fields=[kind, bid_item, bid_price, bid_at_])
        """)
  }
}
