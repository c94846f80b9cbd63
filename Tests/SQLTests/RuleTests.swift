//  Each rule: the plan before, the plan after.

import Testing

@testable import SQL

@Suite struct RuleTests {
  @Test("constants are computed once, and conditions that always hold vanish")
  func folding() throws {
    let plan = try TestCatalog.plan("SELECT id + 1 * 2 FROM orders WHERE 1 = 1")
    #expect(
      ConstantFolding.apply(plan).tree == """
        Project [id + 2]
          Scan orders [id, uid, price, cur, ts, amount, day_] watermark
        """)
  }

  @Test("projections of views and derived tables become one")
  func merging() throws {
    let plan = try TestCatalog.plan("SELECT b + 1 FROM (SELECT a * 2 AS b FROM (SELECT uid + 3 AS a FROM orders))")
    #expect(
      plan.tree == """
        Project [b + 1]
          Project [a * 2]
            Project [uid + 3]
              Scan orders [id, uid, price, cur, ts, amount, day_] watermark
        """)
    #expect(
      ProjectionMerging.apply(plan).tree == """
        Project [((uid + 3) * 2) + 1]
          Scan orders [id, uid, price, cur, ts, amount, day_] watermark
        """)
  }

  @Test("a random value is computed once a row: what uses it stays above it")
  func randomValues() throws {
    let plan = try TestCatalog.plan("SELECT r + r FROM (SELECT id, RAND() AS r FROM orders) WHERE id > 1 AND r < 0.5e0 AND RAND() < 0.5e0")
    let after = """
      Project [r + r]
        Filter RAND() < 0.5
          Filter r < 0.5
            Project [id, RAND()]
              Filter id > 1
                Scan orders [id, uid, price, cur, ts, amount, day_] watermark
      """
    let pushed = PredicatePushDown.apply(plan, throughAggregates: true)
    #expect(pushed.tree == after)
    #expect(ProjectionMerging.apply(pushed).tree == after)
  }

  @Test("conditions go to the side of the join that they are about, the inner ones first")
  func pushDown() throws {
    let plan = try TestCatalog.plan(
      """
      SELECT o.id FROM (SELECT id, uid, price * 2 AS twice FROM orders WHERE cur = 'EUR') o, bids b
      WHERE o.id = b.auction AND o.twice > 10 AND b.price > 3 AND o.uid < b.price
      """)
    #expect(
      plan.tree
        == """
        Project [id]
          Filter (id = auction) AND (twice > 10.00) AND (price > 3) AND (CAST(uid AS BIGINT) < price)
            Join on anything
              Project [id, uid, price * 2]
                Filter cur = 'EUR'
                  Scan orders [id, uid, price, cur, ts, amount, day_] watermark
              Scan bids [id, auction, price, bt] watermark
        """)
    #expect(
      PredicatePushDown.apply(plan, throughAggregates: true).tree == """
        Project [id]
          Join (id = auction) AND (CAST(uid AS BIGINT) < price)
            Project [id, uid, price * 2]
              Filter (cur = 'EUR') AND ((price * 2) > 10.00)
                Scan orders [id, uid, price, cur, ts, amount, day_] watermark
            Filter price > 3
              Scan bids [id, auction, price, bt] watermark
        """)
  }

  @Test("conditions on keys go under an aggregation, those on results stay above it")
  func pushUnderAggregates() throws {
    let plan = try TestCatalog.plan("SELECT uid, COUNT(*) FROM orders GROUP BY uid HAVING uid > 3 AND COUNT(*) > 1")
    #expect(
      PredicatePushDown.apply(plan, throughAggregates: true).tree == """
        Project [uid, EXPR$1]
          Filter EXPR$1 > 1
            Aggregate by [uid] [COUNT(*)]
              Project [uid]
                Filter uid > 3
                  Scan orders [id, uid, price, cur, ts, amount, day_] watermark
        """)
  }

  @Test("conditions go into every branch of a union")
  func pushIntoUnions() throws {
    let plan = try TestCatalog.plan("SELECT a FROM (SELECT id AS a FROM orders UNION ALL SELECT price FROM bids) WHERE a > 5")
    #expect(
      PredicatePushDown.apply(plan, throughAggregates: true).tree == """
        Project [a]
          Union
            Project [id]
              Filter id > 5
                Scan orders [id, uid, price, cur, ts, amount, day_] watermark
            Project [price]
              Filter price > 5
                Scan bids [id, auction, price, bt] watermark
        """)
  }

  @Test("an aggregation by both bounds of a window is fused with it")
  func fusion() throws {
    let plan = ProjectionMerging.apply(
      try TestCatalog.plan(
        """
        SELECT window_start, cur, COUNT(*), window_time FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '5' MINUTE))
        GROUP BY window_start, window_end, window_time, cur
        """))
    #expect(
      plan.tree == """
        Project [window_start, cur, EXPR$2, window_time]
          Aggregate by [window_start, window_end, window_time, cur] [COUNT(*)]
            Project [window_start, window_end, window_time, cur]
              Window HOP(time_col=[ts], size=[5 min], slide=[1 min])
                Scan orders [id, uid, price, cur, ts, amount, day_] watermark
        """)
    #expect(
      ProjectionMerging.apply(WindowAggregateFusion.apply(plan)).tree
        == """
        Project [window_start, cur, EXPR$2, window_time]
          WindowAggregate by [cur] HOP(time_col=[ts], size=[5 min], slide=[1 min]) [COUNT(*)] start, end, time
            Project [cur, ts]
              Scan orders [id, uid, price, cur, ts, amount, day_] watermark
        """)
  }

  @Test(
    "an aggregate over the window's own columns, or a key computed from them, is left apart",
    arguments: [
      "SELECT MAX(window_end) FROM TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end",
      "SELECT COUNT(*) FROM TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end, YEAR(window_start)",
      "SELECT COUNT(*) FROM TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_end",
    ])
  func noFusion(query: String) throws {
    let plan = ProjectionMerging.apply(try TestCatalog.plan(query))
    #expect(WindowAggregateFusion.apply(plan).tree == plan.tree)
  }

  @Test("columns that nobody uses are not read, and no watermark is made that nobody waits for")
  func pruning() throws {
    let plan = ProjectionMerging.apply(
      PredicatePushDown.apply(
        try TestCatalog.plan("SELECT o.id FROM orders o JOIN bids b ON o.id = b.auction WHERE b.price > 3 AND o.cur = 'x'"),
        throughAggregates: true))
    #expect(
      ColumnPruning.apply(plan).tree == """
        Project [id]
          Join id = auction
            Project [id]
              Filter cur = 'x'
                Scan orders [id, cur]
            Project [auction]
              Filter price > 3
                Scan bids [auction, price]
        """)
    #expect(
      Optimizer.optimize(try TestCatalog.plan("SELECT COUNT(*) FROM orders")).tree == """
        Project [EXPR$0]
          Aggregate by [] [COUNT(*)]
            Scan orders [id]
        """)
  }

  @Test("a join on an expression computes it below, and compares columns")
  func joinKeys() throws {
    let plan = ProjectionMerging.apply(
      try TestCatalog.plan("SELECT o.id, b.price FROM orders o JOIN bids b ON o.uid = b.auction AND b.id + 1 = o.id"))
    #expect(
      JoinKeyProjection.apply(plan).tree
        == """
        Project [id, price]
          Project [id, uid, price, cur, ts, amount, day_, id, auction, price, bt]
            Join ($key7 = auction) AND (id = $key4)
              Project [id, uid, price, cur, ts, amount, day_, CAST(uid AS BIGINT)]
                Scan orders [id, uid, price, cur, ts, amount, day_] watermark
              Project [id, auction, price, bt, id + 1]
                Scan bids [id, auction, price, bt] watermark
        """)
  }

  @Test("a filter over ROW_NUMBER becomes a Top-N; conditions on its keys go below, others stay above")
  func ranks() throws {
    let plan = try TestCatalog.plan(
      """
      SELECT id, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY uid, day_ ORDER BY price * 2 DESC, id) AS rn FROM orders)
      WHERE rn <= 10 AND uid > 5 AND rn > 0 AND id > 7
      """)
    #expect(
      plan.tree
        == """
        Project [id, rn]
          Filter (rn <= 10) AND (uid > 5) AND (rn > 0) AND (id > 7)
            Project [id, uid, price, cur, ts, amount, day_, rn]
              RowNumber by [uid, day_] order [$key7 DESC, id nulls first]
                Project [id, uid, price, cur, ts, amount, day_, price * 2]
                  Scan orders [id, uid, price, cur, ts, amount, day_] watermark
        """)
    #expect(
      Optimizer.optimize(plan).tree == """
        Project [id, rn]
          Filter id > 7
            Rank 10 with number by [uid, day_] order [$key7 DESC, id nulls first]
              Project [id, uid, day_, price * 2]
                Filter uid > 5
                  Scan orders [id, uid, price, day_]
        """)
  }

  @Test("the number of a first row is known, so that nobody counts it")
  func firstRank() throws {
    let plan = try TestCatalog.plan(
      "SELECT id, rn FROM (SELECT id, uid, ROW_NUMBER() OVER (PARTITION BY uid ORDER BY id) AS rn FROM orders) WHERE rn BETWEEN 1 AND 1")
    #expect(
      Optimizer.optimize(plan).tree == """
        Project [id, 1]
          Rank 1 by [uid] order [id nulls first]
            Scan orders [id, uid]
        """)
  }

  @Test("an outer join whose padded rows are dropped above is an inner one")
  func reduction() throws {
    let plan = try TestCatalog.plan(
      "SELECT o.id FROM orders o LEFT JOIN bids b ON o.id = b.auction WHERE b.price > 3 AND (b.id = 1 OR b.id + 1 < o.uid)")
    #expect(
      plan.tree == """
        Project [id]
          Filter (price > 3) AND ((id = 1) OR ((id + 1) < CAST(uid AS BIGINT)))
            LEFT Join id = auction
              Scan orders [id, uid, price, cur, ts, amount, day_] watermark
              Scan bids [id, auction, price, bt] watermark
        """)
    #expect(OuterJoinReduction.apply(plan).tree == plan.tree.replacing("LEFT Join", with: "Join"))
  }

  @Test(
    "an outer join becomes the one whose padded rows are not dropped",
    arguments: [
      ("LEFT", "b.price IS NULL", "LEFT Join"), ("LEFT", "o.uid > 1", "LEFT Join"), ("LEFT", "COALESCE(b.price, 5) > 1", "LEFT Join"),
      ("RIGHT", "o.uid > 1", "Join"), ("FULL", "o.uid > 1", "LEFT Join"), ("FULL", "b.price > 1", "RIGHT Join"),
      ("FULL", "b.price > o.uid", "Join"), ("FULL", "o.uid > 1 OR b.price > 1", "FULL Join"),
      ("LEFT", "b.price > 1 OR o.uid > 1", "LEFT Join"),
      ("LEFT", "(b.price > 1) IS TRUE", "Join"), ("LEFT", "(b.price > 1) IS NOT TRUE", "LEFT Join"),
      ("LEFT", "b.price IS NOT NULL", "Join"),
    ])
  func reduced(kind: String, condition: String, expected: String) throws {
    let plan = OuterJoinReduction.apply(
      try TestCatalog.plan("SELECT o.id FROM orders o \(kind) JOIN bids b ON o.id = b.auction WHERE \(condition)"))
    #expect(plan.tree.split(separator: "\n")[2].hasPrefix("    \(expected)"))
  }

  @Test("DISTINCT aggregates of one value are split by its buckets")
  func distinctSplitting() throws {
    let plan = try TestCatalog.plan("SELECT cur, COUNT(DISTINCT uid), COUNT(*), MAX(price), SUM(id) FROM orders GROUP BY cur")
    #expect(
      DistinctSplitting.apply(plan, bucketCount: 16).tree == """
        Project [cur, EXPR$1, EXPR$2, EXPR$3, EXPR$4]
          Aggregate by [cur] [SUM(EXPR$1), SUM(EXPR$2), MAX(EXPR$3), SUM(EXPR$4)]
            Aggregate by [cur, $bucket] [COUNT(DISTINCT uid), COUNT(*), MAX(price), SUM(id)]
              Project [cur, uid, price, id, HASH_BUCKET(uid, 16)]
                Project [cur, uid, price, id]
                  Scan orders [id, uid, price, cur, ts, amount, day_] watermark
        """)
  }

  @Test(
    "aggregates that cannot be made out of those of buckets are not split",
    arguments: [
      "COUNT(DISTINCT uid), COUNT(DISTINCT id)", "COUNT(DISTINCT uid), AVG(price)", "COUNT(*), SUM(id)",
      "COUNT(DISTINCT uid), LISTAGG(cur)",
    ])
  func notSplit(calls: String) throws {
    let plan = try TestCatalog.plan("SELECT cur, \(calls) FROM orders GROUP BY cur")
    #expect(DistinctSplitting.apply(plan, bucketCount: 16).tree == plan.tree)
  }

  @Test("a source reads no more rows than a LIMIT above wants, unless a filter stands between them")
  func limitPushDown() throws {
    let catalog = SessionCatalog(connectors: TestCatalog.catalog)
    func limits(_ query: String) throws -> [Int64?] {
      func scans(_ plan: LogicalPlan) -> [ScanNode] {
        if case .scan(let scan) = plan { return [scan] }
        return plan.inputs.flatMap(scans)
      }
      return scans(LimitPushDown.apply(try TestCatalog.plan(query), catalog)).map(\.rowLimit)
    }
    #expect(try limits("SELECT id + 1 FROM orders LIMIT 5") == [5])
    #expect(try limits("SELECT id FROM orders LIMIT 5 OFFSET 3") == [8])
    #expect(try limits("SELECT id FROM orders WHERE uid = 1 LIMIT 5") == [nil])
    #expect(try limits("SELECT id FROM orders ORDER BY id LIMIT 5") == [nil])
    #expect(try limits("SELECT id FROM (SELECT id FROM orders UNION ALL SELECT id FROM bids) LIMIT 5") == [nil, nil])
    #expect(try limits("SELECT id FROM orders LIMIT 9223372036854775807 OFFSET 1") == [nil])
  }

  @Test("scans of one table become one with the columns of all; a scan that stops early stays by itself")
  func sharing() throws {
    let plan = ColumnPruning.apply(
      try TestCatalog.plan("SELECT o.id, p.price FROM orders o JOIN (SELECT uid, price FROM orders WHERE cur = 'EUR') p ON o.uid = p.uid"))
    #expect(
      plan.tree == """
        Project [id, price]
          Join uid = uid
            Scan orders [id, uid]
            Project [uid, price]
              Filter cur = 'EUR'
                Scan orders [uid, price, cur]
        """)
    #expect(
      ScanSharing.apply([plan])[0].tree == """
        Project [id, price]
          Join uid = uid
            Project [id, uid]
              Scan orders [id, uid, price, cur]
            Project [uid, price]
              Filter cur = 'EUR'
                Scan orders [id, uid, price, cur]
        """)
    let catalog = SessionCatalog(connectors: TestCatalog.catalog)
    let plans = try ["SELECT id FROM orders LIMIT 5", "SELECT uid FROM orders"].map {
      LimitPushDown.apply(ColumnPruning.apply(try TestCatalog.plan($0)), catalog)
    }
    #expect(ScanSharing.apply(plans).map(\.tree) == plans.map(\.tree))
  }

  @Test(
    "conditions on the columns of PARTITIONED BY go to the source, in its order, and stay where they are",
    arguments: [
      ("dt = 'x' AND n > 1 AND 2 < hour_", ["dt = 'x'", "2 < hour_"]), ("dt = 'x' OR hour_ = 1", ["(dt = 'x') OR (hour_ = 1)"]),
      ("dt = 'x' OR n = 1", []), ("n > hour_", []),
      ("CAST(dt AS TIMESTAMP_LTZ(3)) > CURRENT_TIMESTAMP", []), ("c = 'x1'", []), ("TRUE", []),
    ])
  func partitionPruning(condition: String, wanted: [String]) throws {
    let tables = """
      CREATE TABLE t (hour_ INT, c AS dt || '1', n BIGINT, dt STRING) PARTITIONED BY (dt, hour_)
        WITH ('connector' = 'filesystem', 'path' = '/x', 'format' = 'csv');
      CREATE TABLE out_ (n BIGINT) WITH ('connector' = 'blackhole');
      INSERT INTO out_ SELECT n FROM (SELECT n, hour_, dt, c FROM t) WHERE
      """
    let graph = try TestCatalog.compile("\(tables) \(condition)")[0].graph
    let partitioning = try #require(graph.sources.first?.partitioning)
    #expect(partitioning.keys == [2, 0])
    #expect(partitioning.conditions.map { ExpressionText.render($0, ["dt", "hour_"]) } == wanted)
    #expect(
      graph.operators.contains { if case .calc(let calc) = $0.spec { calc.predicate != nil } else { false } } == (condition != "TRUE"))
  }

  @Test("scans of other partitions stay by themselves")
  func sharingOfPartitions() throws {
    let table =
      "CREATE TABLE t (n BIGINT, dt STRING) PARTITIONED BY (dt) WITH ('connector' = 'filesystem', 'path' = '/x', 'format' = 'csv');"
    func scans(_ first: String, _ second: String) throws -> Int {
      let script = table + "CREATE TABLE out_ (n BIGINT, m BIGINT) WITH ('connector' = 'blackhole');"
      let query = "SELECT a.n, b.n FROM (SELECT n FROM t WHERE \(first)) a JOIN (SELECT n FROM t WHERE \(second)) b ON a.n = b.n"
      return try TestCatalog.compile("\(script) INSERT INTO out_ \(query);")[0].graph.sources.count
    }
    #expect(try scans("dt = 'x'", "dt = 'x' AND n > 1") == 1)
    #expect(try scans("dt = 'x'", "dt = 'y'") == 2)
    #expect(try scans("dt = 'x'", "n > 1") == 2)
  }

  @Test("a subquery as a value is a left join with its aggregate, tied by the keys of equalities")
  func subqueries() throws {
    #expect(
      try TestCatalog.plan("SELECT id, (SELECT COUNT(*) FROM bids b WHERE b.auction = o.id AND b.price > 1) FROM orders o").tree == """
        Project [id, COALESCE($agg0, 0)]
          LEFT Join id = auction
            Scan orders [id, uid, price, cur, ts, amount, day_] watermark
            Aggregate by [auction] [COUNT(*)]
              Project [auction]
                Filter price > 1
                  Scan bids [id, auction, price, bt] watermark
        """)
    #expect(
      try TestCatalog.plan("SELECT id FROM orders WHERE uid = 1 OR EXISTS (SELECT 1 FROM bids b WHERE b.auction = orders.id)").tree == """
        Project [id]
          Project [id, uid, price, cur, ts, amount, day_]
            Filter (uid = 1) OR $q1 IS NOT NULL
              LEFT Join id = $q0
                Scan orders [id, uid, price, cur, ts, amount, day_] watermark
                Aggregate by [$q0, $q1] []
                  Project [auction, TRUE]
                    Scan bids [id, auction, price, bt] watermark
        """)
  }
}
