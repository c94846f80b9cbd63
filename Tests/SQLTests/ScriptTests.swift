//  Scripts as a whole: jobs, names, settings, tables.

import Columnar
import Dataflow
import Testing

@testable import SQL

@Suite struct ScriptTests {
  private static let sinks = """
    CREATE TABLE a (x BIGINT) WITH ('connector' = 'blackhole');
    CREATE TABLE b (x BIGINT) WITH ('connector' = 'print');

    """

  @Test("each INSERT is a job, and a statement set is one")
  func jobs() throws {
    let jobs = try TestCatalog.compile(
      TestCatalog.orders + Self.sinks + """
        INSERT INTO a SELECT id FROM orders;
        EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT id FROM orders; INSERT INTO b SELECT auction FROM bids; END;
        BEGIN STATEMENT SET; INSERT INTO b SELECT id FROM orders; END;
        """)
    #expect(
      jobs.map(\.name) == [
        "insert-into_default_catalog.default_database.a",
        "insert-into_default_catalog.default_database.a,default_catalog.default_database.b",
        "insert-into_default_catalog.default_database.b",
      ])
    #expect(jobs.map { $0.graph.sources.map(\.table) } == [["orders"], ["orders", "bids"], ["orders"]])
  }

  @Test("the name that SET gives wins over the request's, from there on")
  func names() throws {
    let jobs = try SQLCompiler(catalog: TestCatalog.catalog).compile(
      script: TestCatalog.orders + Self.sinks
        + "INSERT INTO a SELECT id FROM orders; SET 'pipeline.name' = 'mine'; INSERT INTO a SELECT id FROM orders; "
        + "RESET 'pipeline.name'; INSERT INTO a SELECT id FROM orders", name: "request")
    #expect(jobs.map(\.name) == ["request", "mine", "request"])
    #expect(jobs.map(\.graph.name) == ["request", "mine", "request"])
  }

  @Test("a time zone that does not exist is refused where the zones are known")
  func timeZones() throws {
    func compile(_ zone: String, _ zones: Set<String>?) -> String? {
      let script =
        TestCatalog.orders + """
          CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
          SET 'table.local-time-zone' = '\(zone)';
          INSERT INTO t SELECT id FROM orders;
          """
      do throws(SQLError) {
        _ = try SQLCompiler(catalog: TestCatalog.catalog, timeZones: zones).compile(script: script)
        return nil
      } catch {
        return "\(error.line), \(error.column): \(error.message)"
      }
    }
    let zones: Set<String> = ["Europe/Berlin", "Asia/Tokyo"]
    for zone in ["Europe/Berlin", "UTC", "default", "+02:00", "GMT-5"] { #expect(compile(zone, zones) == nil) }
    #expect(
      compile("Europe/Berlim", zones)
        == "5, 31: there is no time zone 'Europe/Berlim'; zones are named as 'Europe/Berlin', or are offsets such as '+02:00'; did you mean 'Europe/Berlin'?"
    )
    #expect(compile("asia/tokyo", zones)?.hasSuffix("did you mean 'Asia/Tokyo'?") == true)
    #expect(compile("Nowhere", nil) == nil)
  }

  @Test("settings become the job's options, in microseconds")
  func settings() throws {
    let graph = try TestCatalog.graph(
      "SELECT id FROM orders", into: "x BIGINT",
      options: [
        "execution.checkpointing.interval": "500ms", "execution.checkpointing.timeout": "2 min",
        "execution.checkpointing.min-pause": "1 s", "execution.checkpointing.num-retained": "3",
        "execution.checkpointing.tolerable-failed-checkpoints": "2", "restart-strategy.type": "fixed-delay",
        "restart-strategy.fixed-delay.attempts": "7", "restart-strategy.fixed-delay.delay": "250 ms", "parallelism.default": "3",
        "pipeline.max-parallelism": "12", "table.local-time-zone": "Europe/Berlin", "taskmanager.numberOfTaskSlots": "8",
      ])
    #expect(graph.options.checkpointInterval == 500_000)
    #expect(graph.options.checkpointTimeout == 120_000_000)
    #expect(graph.options.checkpointMinPause == 1_000_000)
    #expect(graph.options.retainedCheckpoints == 3)
    #expect(graph.options.tolerableFailedCheckpoints == 2)
    #expect(graph.options.restart == .fixedDelay(attempts: 7, delay: 250_000))
    #expect(graph.options.timeZone == "Europe/Berlin")
    #expect(graph.options.settings["taskmanager.numberOfTaskSlots"] == "8")
    #expect(graph.maxParallelism == 12)
    #expect(graph.vertices.last?.parallelism == 3)
  }

  @Test("without settings a job has the defaults, and exponential delays keep what is not set")
  func defaults() throws {
    let plain = try TestCatalog.graph("SELECT id FROM orders", into: "x BIGINT")
    #expect(plain.options == JobOptions())
    #expect(plain.maxParallelism == 128)
    let exponential = try TestCatalog.graph(
      "SELECT id FROM orders", into: "x BIGINT",
      options: ["restart-strategy.type": "exponential-delay", "restart-strategy.exponential-delay.initial-backoff": "10 ms"])
    #expect(
      exponential.options.restart == .exponentialDelay(initial: 10_000, max: 60_000_000, multiplier: 1.5, resetAfter: 3_600_000_000))
  }

  @Test(
    "durations are read as Flink reads them",
    arguments: [
      ("10 s", 10_000_000), ("500ms", 500_000), ("1 min", 60_000_000), ("2h", 7_200_000_000), ("1 d", 86_400_000_000), ("250", 250_000),
      ("7 us", 7), ("1500 ns", 1), (" 3 seconds ", 3_000_000),
    ])
  func durations(text: String, microseconds: Int64) {
    #expect(DurationText.microseconds(text) == microseconds)
  }

  @Test(
    "what is no duration is none", arguments: ["", "s", "-1 s", "1.5 s", "1 lightyear", "99999999999999999999 s", "9223372036854775807 d"])
  func noDurations(text: String) {
    #expect(DurationText.microseconds(text) == nil)
  }

  @Test("a source computes the columns that its watermark needs, and the watermark, over what it reads")
  func sourceSpec() throws {
    let jobs = try TestCatalog.compile(
      """
      CREATE TABLE events (k STRING, millis BIGINT, ts AS TO_TIMESTAMP_LTZ(millis, 3), twice AS millis * 2, extra STRING,
        WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
      WITH ('connector' = 'filesystem', 'path' = '/tmp/e', 'format' = 'csv', 'csv.header' = 'true', 'source.rows-per-second' = '100');
      CREATE TABLE out_ (n BIGINT, s BIGINT) WITH ('connector' = 'print');
      SET 'table.exec.source.idle-timeout' = '3 s';
      INSERT INTO out_ SELECT COUNT(*), SUM(twice) FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
      GROUP BY window_start, window_end
      """)
    let source = jobs[0].graph.sources[0]
    #expect(source.declared.fields.map(\.name) == ["k", "millis", "extra"])
    #expect(source.projection == [1])
    #expect(source.rowsPerSecond == 100)
    #expect(
      source.options == [
        "path": "/tmp/e", "format": "csv", "csv.header": "true", "csv.ignore-parse-errors": "false",
        "sink.rolling-policy.file-size": "128 mb",
      ])
    let node = try #require(jobs[0].graph.operators.first { if case .source = $0.spec { true } else { false } })
    #expect(node.output.fields.map(\.name) == ["millis", "ts"])
    #expect(source.columns.map { ExpressionText.render($0, ["millis"]) } == ["millis", "TO_TIMESTAMP_LTZ(millis, 3)"])
    let watermark = try #require(source.watermark)
    #expect(ExpressionText.render(watermark.expression, ["millis", "ts"]) == "ts - 5 s")
    #expect(watermark.idleTimeoutMicroseconds == 3_000_000)
  }

  @Test("the splits of a source come from a hidden vertex, over a broadcast edge")
  func enumerator() throws {
    let graph = try TestCatalog.graph("SELECT id FROM orders", into: "x BIGINT", parallelism: 3)
    #expect(graph.vertices.map(\.isHidden) == [true, false])
    #expect(graph.vertices.map(\.parallelism) == [1, 3])
    #expect(graph.edges == [Edge(from: 0, to: 1, partitioning: .broadcast)])
    #expect(graph.vertices[0].chain[0].output.fields.map { "\($0.name) \($0.type)" } == ["target INT", "id STRING", "position BYTES"])
  }

  @Test("a result without keys is made, and written, by one subtask")
  func singleton() throws {
    let graph = try TestCatalog.graph("SELECT COUNT(*) FROM orders", into: "n BIGINT", parallelism: 2)
    #expect(graph.vertices.map(\.parallelism) == [1, 2, 1])
    #expect(graph.edges.last?.partitioning == .global)
  }

  @Test("columns that an INSERT does not name become NULL, the others go where it says")
  func columnList() throws {
    let graph = try TestCatalog.compile(
      TestCatalog.orders
        + "CREATE TABLE t (a INT, b STRING, c BIGINT) WITH ('connector' = 'print'); INSERT INTO t (c, a) SELECT id, uid FROM orders")[0]
      .graph
    guard case .calc(let calc) = graph.vertices[1].chain[1].spec else {
      Issue.record("there is a calc")
      return
    }
    #expect(calc.projections == [.column(1, .int32), .literal(.null, .string), .column(0, .int64)])
  }

  @Test("views rename columns, keep time attributes, and are what they were when they were created")
  func views() throws {
    let graph = try TestCatalog.compile(
      TestCatalog.orders + """
        CREATE TEMPORARY VIEW v (who, at_) COMMENT 'c' AS SELECT uid, ts FROM orders;
        DROP TABLE orders;
        CREATE TABLE t (n BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t WITH w AS (SELECT * FROM v) SELECT COUNT(*) FROM TUMBLE(TABLE w, DESCRIPTOR(at_), INTERVAL '1' MINUTE)
          GROUP BY who, window_start, window_end
        """)[0].graph
    #expect(graph.sources.map(\.table) == ["orders"])
    #expect(
      graph.operators.contains { $0.name.hasPrefix("WindowAggregate(groupBy=[uid]") || $0.name.hasPrefix("WindowAggregate(groupBy=[who]") })
  }

  @Test("a nested column gives its fields, behind the table's name or without it")
  func nestedLayout() throws {
    for name in NexmarkScripts.names {
      let flat = try TestCatalog.compile(NexmarkScripts.flat(name), parallelism: 2)[0].graph
      let nested = try TestCatalog.compile(NexmarkScripts.nested(name), parallelism: 2)[0].graph
      #expect(flat.vertices.count == nested.vertices.count, "\(name)")
    }
  }

  @Test("scripts take Flink's comments, quotes, qualified names and any case of keywords")
  func lexis() throws {
    let jobs = try TestCatalog.compile(
      """
      -- a comment; with a semicolon
      create table `select` (`from` bigint, `a``b` string comment 'it''s') /* another
      one */ with ('connector'='datagen');
      Create Table if not exists s (x BIGINT) WITH ('connector' = 'blackhole');;
      CREATE TABLE IF NOT EXISTS s (y STRING) WITH ('connector' = 'blackhole');
      insert into default_catalog.default_database.s Select `select`.`from` from `default_database`.`select` Where `a``b` <> 'x' -- end
      """)
    #expect(jobs[0].graph.outline == "1: Source: select[1] -> Calc(select=[from AS x], where=[a`b <> 'x']) -> Sink: s")
  }
}
