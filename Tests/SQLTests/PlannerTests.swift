//  From scripts to job graphs.

import Columnar
import Dataflow
import Testing

@testable import SQL

@Suite struct PlannerTests {
  @Test("a tumbling count is one operator at parallelism 1, and split in two phases around the exchange above it")
  func tumblingCount() throws {
    let query = """
      SELECT uid, COUNT(*), window_start FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
      GROUP BY uid, window_start, window_end
      """
    let narrow = try TestCatalog.graph(query, into: "uid INT, n BIGINT, w TIMESTAMP(3)")
    #expect(
      narrow.outline == """
        1: Source: orders[1] -> WindowAggregate(groupBy=[uid], window=[TUMBLE(time_col=[ts], size=[1 min])], select=[uid, COUNT(*) AS \
        EXPR$1, start('w$') AS window_start]) -> Sink: out_
        """)
    let wide = try TestCatalog.graph(query, into: "uid INT, n BIGINT, w TIMESTAMP(3)", parallelism: 2)
    #expect(
      wide.outline == """
        1: Source: orders[1] -> LocalWindowAggregate(groupBy=[uid], window=[TUMBLE(time_col=[ts], size=[1 min])], select=[uid, partial \
        COUNT(*), slice_end('w$') AS $slice_end]) x2
        2: GlobalWindowAggregate(groupBy=[uid], window=[TUMBLE(slice_end=[$slice_end], size=[1 min])], select=[uid, COUNT(*) AS EXPR$1, \
        start('w$') AS window_start]) -> Sink: out_ x2  hash([0])<-1#0
        """)
  }

  @Test("a window over the window_time of another is an aggregation by window too")
  func cascade() throws {
    let graph = try TestCatalog.graph(
      """
      SELECT SUM(n) FROM TUMBLE(
        (SELECT window_time AS at_, COUNT(*) AS n FROM TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)
          GROUP BY window_start, window_end, window_time),
        DESCRIPTOR(at_), INTERVAL '1' HOUR) GROUP BY window_start, window_end
      """, into: "n BIGINT")
    #expect(
      graph.outline == """
        1: Source: orders[1] -> WindowAggregate(window=[TUMBLE(time_col=[ts], size=[1 min])], select=[COUNT(*) AS n, time('w$') AS \
        window_time]) -> WindowAggregate(window=[TUMBLE(time_col=[window_time], size=[1 h])], select=[SUM(n) AS EXPR$0]) -> Sink: out_
        """)
  }

  @Test("each Nexmark query that is supported has the plan it is known for, at parallelism 2", arguments: NexmarkPlans.all.keys.sorted())
  func nexmarkPlans(query: String) throws {
    let graph = try TestCatalog.compile(NexmarkScripts.flat(query), parallelism: 2)[0].graph
    #expect(graph.outline == NexmarkPlans.all[query])
  }

  @Test("Nexmark q0, q1 and q2 read only the columns they need", arguments: ["q0", "q1", "q2"])
  func nexmark(query: String) throws {
    let graph = try TestCatalog.compile(NexmarkScripts.flat(query))[0].graph
    let read = graph.sources[0].produced.fields.map(\.name)
    #expect(
      read
        == (query == "q2"
          ? ["event_type", "b_auction", "b_price"] : ["event_type", "b_auction", "b_bidder", "b_price", "b_extra", "dateTime"]))
    #expect(graph.vertices.count == 2)
  }
}
