//  What fails a job while it runs: the words name the value and the way out.

import Dataflow
import Testing

@Suite struct RunTimeErrorTests {
  private static let table = """
    CREATE TABLE t (k STRING, v STRING, n INT) WITH ('connector' = 'rows');
    --| a | 12 | 1
    --| a | x | 0

    """

  @Test(
    "a job fails with the value that could not be computed, and with the way out",
    arguments: [
      ("SELECT CAST(v AS INT) FROM t;", "cannot cast 'x' from STRING to INT; TRY_CAST gives NULL for it"),
      ("SELECT k, (SELECT v FROM t) FROM t;", "a subquery as a value gave more than one row; aggregate it, or write LIMIT 1"),
      ("SELECT k FROM t WHERE n = (SELECT n FROM t AS u WHERE u.k = t.k);", "a subquery as a value gave more than one row"),
      ("SELECT 1 / n FROM t;", "division by zero"),
      ("SELECT JSON_OBJECTAGG(KEY k VALUE n) FROM t;", "JSON_OBJECTAGG: the key \"a\" is there more than once"),
      ("SELECT JSON_OBJECTAGG(KEY NULLIF(v, 'x') VALUE n) FROM t;", "a key is NULL"),
    ])
  func fails(query: String, message: String) throws {
    let golden = try GoldenCase(name: query, text: Self.table + query)
    let graph = try CaseRunner(golden: golden).compile(parallelism: 2)[0].graph
    let job = try SimulatedJob(graph, world: CaseWorld(tables: golden.rows, splitCount: 1), plan: RunPlan(seed: 1))
    let error = #expect(throws: OperatorError.self) { try job.finish() }
    #expect("\(String(describing: error))".contains(message))
  }
}
