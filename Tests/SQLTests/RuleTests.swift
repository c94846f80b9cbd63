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
}
