//  How fast a table asks to be read, with the connectors that there are.

import Connectors
import Dataflow
import Testing

@testable import SQL

@Test(
  "a source gives as many rows a second as its table asks for: source.rows-per-second first, then the connector's own option",
  arguments: [
    ("'connector' = 'nexmark', 'flat' = 'true'", nil),
    ("'connector' = 'nexmark', 'flat' = 'true', 'throttle' = '0'", nil),
    ("'connector' = 'nexmark', 'flat' = 'true', 'throttle' = '500'", 500),
    ("'connector' = 'nexmark', 'flat' = 'true', 'throttle' = '500', 'source.rows-per-second' = '20'", 20),
    ("'connector' = 'datagen'", 10_000),
    ("'connector' = 'datagen', 'rows-per-second' = '7'", 7),
    ("'connector' = 'datagen', 'source.rows-per-second' = '3', 'rows-per-second' = '7'", 3),
    ("'connector' = 'filesystem', 'path' = 'x', 'format' = 'csv'", nil),
    ("'connector' = 'filesystem', 'path' = 'x', 'format' = 'csv', 'source.rows-per-second' = '9'", 9),
  ] as [(String, Int64?)])
func sourceRates(options: String, rate: Int64?) throws {
  let nexmark = """
    event_type INT, p_id BIGINT, p_name VARCHAR, p_email VARCHAR, p_card VARCHAR, p_city VARCHAR, p_state VARCHAR, p_extra VARCHAR,
    a_id BIGINT, a_item VARCHAR, a_descr VARCHAR, a_initial BIGINT, a_reserve BIGINT, a_expires TIMESTAMP(3), a_seller BIGINT,
    a_category BIGINT, a_extra VARCHAR, b_auction BIGINT, b_bidder BIGINT, b_price BIGINT, b_channel VARCHAR, b_url VARCHAR,
    b_extra VARCHAR, `dateTime` TIMESTAMP(3)
    """
  let columns = options.contains("nexmark") ? nexmark : "event_type INT"
  let jobs = try SQLCompiler(catalog: .builtIn).compile(
    script: """
      CREATE TABLE t (\(columns)) WITH (\(options));
      CREATE TABLE s (x INT) WITH ('connector' = 'blackhole');
      INSERT INTO s SELECT event_type FROM t;
      """)
  #expect(jobs[0].graph.sources.map(\.rowsPerSecond) == [rate])
}

@Test("settings can be checked without a script: what SET would refuse is refused")
func settingsAlone() throws {
  try SQLCompiler.check(settings: ["parallelism.default": "2", "taskmanager.memory": "1g"])
  #expect(throws: SQLError.self) { try SQLCompiler.check(settings: ["foo": "1"]) }
  #expect(throws: SQLError.self) { try SQLCompiler.check(settings: ["parallelism.default": "0"]) }
}
