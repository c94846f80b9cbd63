//  What changes Flink's operators give, as its EXPLAIN CHANGELOG_MODE says.
//  Source: recorded on real Flink 2.3.0.

enum RecordedChangelogModes {
  /// A statement, and the operators of its plan from the sink to the sources with the changes that each gives. Calc, Exchange,
  /// WatermarkAssigner and the local phase of windows are left out: they pass on what they get.
  static let all: [(sql: String, operators: String)] = [
    (
      "SELECT id FROM o WHERE uid>1",
      "TableSourceScan I"
    ),
    (
      "SELECT DISTINCT uid FROM o",
      "GroupAggregate I,UA; TableSourceScan I"
    ),
    (
      "SELECT uid, COUNT(*) FROM o GROUP BY uid",
      "GroupAggregate I,UA; TableSourceScan I"
    ),
    (
      "SELECT COUNT(*) FROM o",
      "GroupAggregate I,UA; TableSourceScan I"
    ),
    (
      "SELECT c, COUNT(*) FROM cnt GROUP BY c",
      "GroupAggregate I,UA,D; GroupAggregate I,UB,UA; TableSourceScan I"
    ),
    (
      "SELECT window_start, uid, COUNT(*) FROM TABLE(TUMBLE(TABLE o, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, uid",
      "WindowAggregate I; TableSourceScan I"
    ),
    (
      "SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE o, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start",
      "GroupAggregate I,UA; WindowTableFunction I; TableSourceScan I"
    ),
    (
      "SELECT uid, SUM(price) OVER (PARTITION BY uid ORDER BY ts) FROM o",
      "OverAggregate I; TableSourceScan I"
    ),
    (
      "SELECT * FROM (SELECT uid, price, ROW_NUMBER() OVER (PARTITION BY uid ORDER BY price DESC) rn FROM o) WHERE rn<=3",
      "Rank I,UA,D; TableSourceScan I"
    ),
    (
      "SELECT uid, price FROM (SELECT uid, price, ROW_NUMBER() OVER (PARTITION BY uid ORDER BY price DESC) rn FROM o) WHERE rn<=3",
      "Rank I,UA,D; TableSourceScan I"
    ),
    (
      "SELECT uid, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY uid ORDER BY ts ASC) rn FROM o) WHERE rn=1",
      "Rank I; TableSourceScan I"
    ),
    (
      "SELECT uid, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY uid ORDER BY ts DESC) rn FROM o) WHERE rn=1",
      "Rank I,UA,D; TableSourceScan I"
    ),
    (
      "SELECT uid, pt FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY uid ORDER BY pt ASC) rn FROM o) WHERE rn=1",
      "Rank I; TableSourceScan I"
    ),
    (
      "SELECT * FROM (SELECT uid, price, window_start, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY price DESC) rn FROM TABLE(TUMBLE(TABLE o, DESCRIPTOR(ts), INTERVAL '1' MINUTE))) WHERE rn<=3",
      "WindowRank I; WindowTableFunction I; TableSourceScan I"
    ),
    (
      "SELECT o.id, s.id FROM o JOIN s ON o.id=s.oid",
      "Join I; TableSourceScan I; TableSourceScan I"
    ),
    (
      "SELECT o.id, s.id FROM o LEFT JOIN s ON o.id=s.oid",
      "Join I,UA,D; TableSourceScan I; TableSourceScan I"
    ),
    (
      "SELECT o.id, c FROM o JOIN cnt ON o.uid=cnt.uid",
      "Join I,UA; TableSourceScan I; GroupAggregate I,UA; TableSourceScan I"
    ),
    (
      "SELECT o.id, s.id FROM o JOIN s ON o.id=s.oid AND s.st BETWEEN o.ts AND o.ts + INTERVAL '1' HOUR",
      "IntervalJoin I; TableSourceScan I; TableSourceScan I"
    ),
    (
      "SELECT o.id, s.id FROM o LEFT JOIN s ON o.id=s.oid AND s.st BETWEEN o.ts AND o.ts + INTERVAL '1' HOUR",
      "IntervalJoin I; TableSourceScan I; TableSourceScan I"
    ),
    (
      "SELECT id FROM o WHERE id IN (SELECT oid FROM s)",
      "Join I; TableSourceScan I; TableSourceScan I"
    ),
    (
      "SELECT id FROM o WHERE id NOT IN (SELECT oid FROM s)",
      "Join I,UA,D; TableSourceScan I; TableSourceScan I"
    ),
    (
      "SELECT id FROM o UNION ALL SELECT oid FROM s",
      "Union I; TableSourceScan I; TableSourceScan I"
    ),
    (
      "SELECT id FROM o UNION SELECT oid FROM s",
      "GroupAggregate I,UA; Union I; TableSourceScan I; TableSourceScan I"
    ),
    (
      "SELECT id FROM o INTERSECT SELECT oid FROM s",
      "GroupAggregate I,UA; Join I; TableSourceScan I; TableSourceScan I"
    ),
    (
      "SELECT id FROM o ORDER BY ts",
      "TemporalSort I; TableSourceScan I"
    ),
    (
      "SELECT id FROM o ORDER BY price LIMIT 3",
      "SortLimit I,UA,D; TableSourceScan I"
    ),
    (
      "SELECT id FROM o LIMIT 3",
      "Limit I; TableSourceScan I"
    ),
    (
      "SELECT * FROM TO_CHANGELOG(input => TABLE cnt)",
      "ProcessTableFunction I; GroupAggregate I,UB,UA; TableSourceScan I"
    ),
    (
      "SELECT id, t FROM o CROSS JOIN UNNEST(tags) AS x(t)",
      "Correlate I; TableSourceScan I"
    ),
    (
      "INSERT INTO bh SELECT uid, COUNT(*) FROM o GROUP BY uid",
      "GroupAggregate I,UA; TableSourceScan I"
    ),
  ]
}
