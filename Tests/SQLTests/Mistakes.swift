//  Mistakes that people make less often, and exactly what they are told; the common ones are cases of Tests/GoldenTests. Each script
//  follows the two tables of `TestCatalog.orders`, which take the first three lines.

import Testing

struct Mistake: Sendable, CustomTestStringConvertible {
  var title: String
  var script: String
  var rendered: String
  var testDescription: String { title }

  static let all: [Mistake] = [
    Mistake(
      title: "a natural join with a condition",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT o.id FROM orders o NATURAL LEFT JOIN bids b ON o.id = b.id
        """,
      rendered: """
        line 5, column 66: NATURAL JOIN takes no ON
          INSERT INTO t SELECT o.id FROM orders o NATURAL LEFT JOIN bids b ON o.id = b.id
                                                                           ^
        """),
    Mistake(
      title: "USING a column of one side",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT o.id FROM orders o JOIN bids b USING (id, uid)
        """,
      rendered: """
        line 5, column 64: unknown column 'uid'; did you mean 'id'?
          INSERT INTO t SELECT o.id FROM orders o JOIN bids b USING (id, uid)
                                                                         ^
        """),
    Mistake(
      title: "a subquery as a value with two columns",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT (SELECT id, price FROM bids) FROM orders
        """,
      rendered: """
        line 5, column 22: a subquery as a value has one column, not 2
          INSERT INTO t SELECT (SELECT id, price FROM bids) FROM orders
                               ^
        """),
    Mistake(
      title: "NOT IN of pairs as a value",
      script: """
        CREATE TABLE t (a BOOLEAN) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT (id, uid) NOT IN (SELECT id, price FROM bids) FROM orders
        """,
      rendered: """
        line 5, column 22: IN of several columns that may be NULL, where it matters whether the result is FALSE or NULL, is not supported; compare columns that are NOT NULL, or write EXISTS
          INSERT INTO t SELECT (id, uid) NOT IN (SELECT id, price FROM bids) FROM orders
                               ^
        """),
    Mistake(
      title: "a subquery in OVER",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT SUM(id) OVER (PARTITION BY (SELECT MAX(id) FROM bids) ORDER BY ts) FROM orders
        """,
      rendered: """
        line 5, column 49: a subquery in OVER is not supported; compute it in a derived table, or join with it
          INSERT INTO t SELECT SUM(id) OVER (PARTITION BY (SELECT MAX(id) FROM bids) ORDER BY ts) FROM orders
                                                          ^
        """),
    Mistake(
      title: "a hint behind a table",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders /*+ OPTIONS('number-of-rows' = '1') */
        """,
      rendered: """
        line 5, column 37: a hint behind a table is not supported; set options in the table's WITH
          INSERT INTO t SELECT id FROM orders /*+ OPTIONS('number-of-rows' = '1') */
                                              ^
        """),
    Mistake(
      title: "IN a subquery of two columns",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders WHERE id IN (SELECT id, price FROM bids)
        """,
      rendered: """
        line 5, column 43: IN compares 1 with the 2 columns of its subquery
          INSERT INTO t SELECT id FROM orders WHERE id IN (SELECT id, price FROM bids)
                                                    ^
        """),
    Mistake(
      title: "a misspelt column of the query around a subquery",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM bids b WHERE b.id = o.idd)
        """,
      rendered: """
        line 5, column 89: unknown column 'idd' in 'o'; did you mean 'id'?
          INSERT INTO t SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM bids b WHERE b.id = o.idd)
                                                                                                  ^
        """),
    Mistake(
      title: "IN a subquery of another type",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders WHERE cur IN (SELECT id FROM bids)
        """,
      rendered: """
        line 5, column 43: 'IN' cannot compare STRING with BIGINT; use CAST
          INSERT INTO t SELECT id FROM orders WHERE cur IN (SELECT id FROM bids)
                                                    ^
        """),
    Mistake(
      title: "an outer join into a sink of inserts",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv');
        INSERT INTO t SELECT o.id FROM orders o LEFT JOIN bids b ON o.id = b.auction
        """,
      rendered: """
        line 5, column 1: Table sink 't' doesn't support consuming update and delete changes which is produced by node Join(joinType=[LeftOuterJoin], where=[id = auction], select=[id, auction]); aggregate by window, or write to a sink that takes updates, such as one with 'format' = 'debezium-json'
          INSERT INTO t SELECT o.id FROM orders o LEFT JOIN bids b ON o.id = b.auction
          ^
        """),
    Mistake(
      title: "NOT IN into a sink of inserts",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv');
        INSERT INTO t SELECT id FROM orders WHERE id NOT IN (SELECT auction FROM bids)
        """,
      rendered: """
        line 5, column 1: Table sink 't' doesn't support consuming update and delete changes which is produced by node Join(joinType=[LeftAntiJoin], where=[id IS NULL OR auction IS NULL OR (id = auction)], select=[id]); aggregate by window, or write to a sink that takes updates, such as one with 'format' = 'debezium-json'
          INSERT INTO t SELECT id FROM orders WHERE id NOT IN (SELECT auction FROM bids)
          ^
        """),
    Mistake(
      title: "ORDER BY",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders ORDER BY id
        """,
      rendered: """
        line 5, column 37: ORDER BY on a stream begins with an event-time attribute, ascending, or has a LIMIT: a row that was emitted cannot be moved; bounded tables are sorted in any order with SET 'execution.runtime-mode' = 'batch'
          INSERT INTO t SELECT id FROM orders ORDER BY id
                                              ^
        """),
    Mistake(
      title: "an open string",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders WHERE cur = 'open
        """,
      rendered: """
        line 5, column 49: this string is not closed; a quote is missing
          INSERT INTO t SELECT id FROM orders WHERE cur = 'open
                                                          ^
        """),
    Mistake(
      title: "double quotes",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders WHERE cur = "EUR"
        """,
      rendered: """
        line 5, column 49: '"' is not a quote in Flink SQL: strings take single quotes, names take back-ticks
          INSERT INTO t SELECT id FROM orders WHERE cur = "EUR"
                                                          ^
        """),
    Mistake(
      title: "reading a sink",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM t
        """,
      rendered: """
        line 5, column 30: the table 't' can only be written: connector 'blackhole' is no source
          INSERT INTO t SELECT id FROM t
                                       ^
        """),
    Mistake(
      title: "updates into CSV",
      script: """
        CREATE TABLE t (a BIGINT, c BIGINT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv');
        INSERT INTO t SELECT uid, COUNT(*) FROM orders GROUP BY uid
        """,
      rendered: """
        line 5, column 1: Table sink 't' doesn't support consuming update changes which is produced by node GroupAggregate(groupBy=[uid], select=[uid, COUNT(*) AS EXPR$1]); aggregate by window, or write to a sink that takes updates, such as one with 'format' = 'debezium-json'
          INSERT INTO t SELECT uid, COUNT(*) FROM orders GROUP BY uid
          ^
        """),
    Mistake(
      title: "updates and deletes into JSON",
      script: """
        CREATE TABLE t (a BIGINT, c BIGINT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'json');
        INSERT INTO t SELECT c, COUNT(*) FROM (SELECT uid, COUNT(*) AS c FROM orders GROUP BY uid) GROUP BY c
        """,
      rendered: """
        line 5, column 1: Table sink 't' doesn't support consuming update and delete changes which is produced by node GroupAggregate(groupBy=[c], select=[c, COUNT(*) AS EXPR$1]); aggregate by window, or write to a sink that takes updates, such as one with 'format' = 'debezium-json'
          INSERT INTO t SELECT c, COUNT(*) FROM (SELECT uid, COUNT(*) AS c FROM orders GROUP BY uid) GROUP BY c
          ^
        """),
    Mistake(
      title: "a trailing comma",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT uid, FROM orders
        """,
      rendered: """
        line 5, column 27: unexpected 'FROM'; expected an expression
          INSERT INTO t SELECT uid, FROM orders
                                    ^
        """),
    Mistake(
      title: "CASE of mixed types",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT CASE WHEN uid = 1 THEN 'one' ELSE 2 END FROM orders
        """,
      rendered: """
        line 5, column 56: CASE mixes CHAR(3) with INT; use CAST
          INSERT INTO t SELECT CASE WHEN uid = 1 THEN 'one' ELSE 2 END FROM orders
                                                                 ^
        """),
    Mistake(
      title: "a date that does not exist",
      script: """
        CREATE TABLE t (a DATE) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT DATE '2023-02-29' FROM orders
        """,
      rendered: """
        line 5, column 22: '2023-02-29' is not a date; expected DATE 'yyyy-MM-dd'
          INSERT INTO t SELECT DATE '2023-02-29' FROM orders
                               ^
        """),
    Mistake(
      title: "an interval without quotes",
      script: """
        CREATE TABLE t (a DATE) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT ts + INTERVAL 10 SECOND FROM orders
        """,
      rendered: """
        line 5, column 36: the value of an interval is written in quotes: INTERVAL '10' SECOND; expected a string
          INSERT INTO t SELECT ts + INTERVAL 10 SECOND FROM orders
                                             ^
        """),
    Mistake(
      title: "an empty statement set",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');
        BEGIN STATEMENT SET; END;
        """,
      rendered: """
        line 5, column 1: this statement set is empty; expected INSERT
          BEGIN STATEMENT SET; END;
          ^
        """),
    Mistake(
      title: "a script without INSERT",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'blackhole')
        """,
      rendered: """
        line 4, column 56: the script has nothing to run; expected INSERT INTO ...
          CREATE TABLE t (a INT) WITH ('connector' = 'blackhole')
                                                                 ^
        """),
    Mistake(
      title: "an unknown field of a row",
      script: """
        CREATE TABLE t (r ROW<a INT, b STRING>, x AS r.c) WITH ('connector' = 'datagen')
        """,
      rendered: """
        line 4, column 48: the row has no field 'c'
          CREATE TABLE t (r ROW<a INT, b STRING>, x AS r.c) WITH ('connector' = 'datagen')
                                                         ^
        """),
    Mistake(
      title: "UNION of different types",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders UNION ALL SELECT cur FROM orders
        """,
      rendered: """
        line 5, column 15: column 1 of this UNION is BIGINT at first and STRING in query 2; use CAST
          INSERT INTO t SELECT id FROM orders UNION ALL SELECT cur FROM orders
                        ^
        """),
    Mistake(
      title: "a watermark on processing time",
      script: """
        CREATE TABLE t (a BIGINT, pt AS PROCTIME(), WATERMARK FOR pt AS pt) WITH ('connector' = 'datagen');
        """,
      rendered: """
        line 4, column 59: a watermark cannot be defined for the processing-time column 'pt'
          CREATE TABLE t (a BIGINT, pt AS PROCTIME(), WATERMARK FOR pt AS pt) WITH ('connector' = 'datagen');
                                                                    ^
        """),
    Mistake(
      title: "a row number that nobody filters by",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT ROW_NUMBER() OVER (ORDER BY id DESC) FROM orders
        """,
      rendered: """
        line 5, column 22: ROW_NUMBER is supported only for Top-N and deduplication: as a column of a derived table whose outer query keeps its first values, from 1 to at most 10000; expected SELECT ... FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS rn FROM t) WHERE rn <= 10
          INSERT INTO t SELECT ROW_NUMBER() OVER (ORDER BY id DESC) FROM orders
                               ^
        """),
    Mistake(
      title: "a row number that is not filtered from the first",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT n FROM (SELECT ROW_NUMBER() OVER (ORDER BY id DESC) AS n FROM orders) WHERE n >= 2
        """,
      rendered: """
        line 5, column 37: ROW_NUMBER is supported only for Top-N and deduplication: as a column of a derived table whose outer query keeps its first values, from 1 to at most 10000; expected SELECT ... FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS rn FROM t) WHERE rn <= 10
          INSERT INTO t SELECT n FROM (SELECT ROW_NUMBER() OVER (ORDER BY id DESC) AS n FROM orders) WHERE n >= 2
                                              ^
        """),
    Mistake(
      title: "a rank by a column that is no time",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT 1 + RANK() OVER (ORDER BY id) FROM orders
        """,
      rendered: """
        line 5, column 48: RANK needs ORDER BY a time attribute: a column with WATERMARK FOR, passed on unchanged; expected OVER (PARTITION BY a ORDER BY ts)
          INSERT INTO t SELECT 1 + RANK() OVER (ORDER BY id) FROM orders
                                                         ^
        """),
    Mistake(
      title: "a row number without an order",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT n FROM (SELECT ROW_NUMBER() OVER (PARTITION BY id) AS n FROM orders) WHERE n = 1
        """,
      rendered: """
        line 5, column 50: ROW_NUMBER needs an order; expected OVER (PARTITION BY a ORDER BY b)
          INSERT INTO t SELECT n FROM (SELECT ROW_NUMBER() OVER (PARTITION BY id) AS n FROM orders) WHERE n = 1
                                                           ^
        """),
    Mistake(
      title: "a bounded frame by a column that is no time",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT SUM(id) OVER (ORDER BY price ROWS 10 PRECEDING) FROM orders
        """,
      rendered: """
        line 5, column 45: a frame that is bounded needs ORDER BY a time attribute: a column with WATERMARK FOR, passed on unchanged; by other columns frames begin with UNBOUNDED PRECEDING; expected OVER (PARTITION BY a ORDER BY ts)
          INSERT INTO t SELECT SUM(id) OVER (ORDER BY price ROWS 10 PRECEDING) FROM orders
                                                      ^
        """),
    Mistake(
      title: "an OVER window without an order",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT SUM(id) OVER (PARTITION BY uid) FROM orders
        """,
      rendered: """
        line 5, column 30: an OVER window of a stream is ordered by one column, at best its time attribute; expected OVER (PARTITION BY a ORDER BY ts)
          INSERT INTO t SELECT SUM(id) OVER (PARTITION BY uid) FROM orders
                                       ^
        """),
    Mistake(
      title: "an OVER window backwards",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT SUM(id) OVER (ORDER BY ts DESC) FROM orders
        """,
      rendered: """
        line 5, column 45: an OVER window of a stream is ordered ascending: rows come in the order of time; for a Top-N number them by ROW_NUMBER() and keep numbers <= N in the query around it
          INSERT INTO t SELECT SUM(id) OVER (ORDER BY ts DESC) FROM orders
                                                      ^
        """),
    Mistake(
      title: "a frame that looks ahead",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT SUM(id) OVER (ORDER BY ts ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM orders
        """,
      rendered: """
        line 5, column 48: a frame of a stream ends with CURRENT ROW: rows that follow are not known yet; expected ROWS BETWEEN 10 PRECEDING AND CURRENT ROW
          INSERT INTO t SELECT SUM(id) OVER (ORDER BY ts ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM orders
                                                         ^
        """),
    Mistake(
      title: "a frame of time without an interval",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT SUM(id) OVER (ORDER BY ts RANGE 5 PRECEDING) FROM orders
        """,
      rendered: """
        line 5, column 54: RANGE takes a constant interval of days, hours, minutes and seconds; expected RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW
          INSERT INTO t SELECT SUM(id) OVER (ORDER BY ts RANGE 5 PRECEDING) FROM orders
                                                               ^
        """),
    Mistake(
      title: "a window that is not there",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT SUM(id) OVER v FROM orders WINDOW w AS (ORDER BY ts)
        """,
      rendered: """
        line 5, column 35: unknown window 'v'; expected WINDOW v AS (PARTITION BY a ORDER BY b)
          INSERT INTO t SELECT SUM(id) OVER v FROM orders WINDOW w AS (ORDER BY ts)
                                            ^
        """),
    Mistake(
      title: "OVER in WHERE",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders WHERE SUM(id) OVER (ORDER BY ts) > 1
        """,
      rendered: """
        line 5, column 43: SUM OVER cannot stand in WHERE
          INSERT INTO t SELECT id FROM orders WHERE SUM(id) OVER (ORDER BY ts) > 1
                                                    ^
        """),
    Mistake(
      title: "LEAD",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT LEAD(id) OVER (ORDER BY ts) FROM orders
        """,
      rendered: """
        line 5, column 31: LEAD over a stream is not supported; LAG looks back; bounded tables have it in batch mode
          INSERT INTO t SELECT LEAD(id) OVER (ORDER BY ts) FROM orders
                                        ^
        """),
    Mistake(
      title: "LAG by a column",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT LAG(id, id) OVER (ORDER BY ts) FROM orders
        """,
      rendered: """
        line 5, column 30: the offset of LAG is a constant from 0 to 100000000
          INSERT INTO t SELECT LAG(id, id) OVER (ORDER BY ts) FROM orders
                                       ^
        """),
    Mistake(
      title: "FILTER with OVER",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT SUM(id) FILTER (WHERE id > 1) OVER (ORDER BY ts) FROM orders
        """,
      rendered: """
        line 5, column 44: FILTER with OVER is not supported; write the condition as CASE WHEN ... END in the argument
          INSERT INTO t SELECT SUM(id) FILTER (WHERE id > 1) OVER (ORDER BY ts) FROM orders
                                                     ^
        """),
    Mistake(
      title: "OVER beside an aggregate",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT uid, SUM(SUM(id)) OVER (ORDER BY uid) FROM orders GROUP BY uid
        """,
      rendered: """
        line 5, column 27: OVER beside GROUP BY or aggregates is not supported; aggregate in a derived table, and write OVER around it
          INSERT INTO t SELECT uid, SUM(SUM(id)) OVER (ORDER BY uid) FROM orders GROUP BY uid
                                    ^
        """),
    Mistake(
      title: "OVER with a scalar function",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT ABS(id) OVER (ORDER BY ts) FROM orders
        """,
      rendered: """
        line 5, column 22: OVER belongs to aggregates, not to ABS; expected COUNT, SUM, AVG, MIN, MAX, FIRST_VALUE, LAST_VALUE, LAG, LEAD, ROW_NUMBER, RANK or DENSE_RANK
          INSERT INTO t SELECT ABS(id) OVER (ORDER BY ts) FROM orders
                               ^
        """),
    Mistake(
      title: "names beyond ASCII",
      script: """
        CREATE TABLE t (ä INT) WITH ('connector' = 'datagen'); /* ünïcödé */ CREATE VIEW v AS SELECT äh FROM t
        """,
      rendered: """
        line 4, column 94: unknown column 'äh'; did you mean 'ä'?
          CREATE TABLE t (ä INT) WITH ('connector' = 'datagen'); /* ünïcödé */ CREATE VIEW v AS SELECT äh FROM t
                                                                                                       ^
        """),
    Mistake(
      title: "rows of different widths",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t VALUES (1), (2, 3)
        """,
      rendered: """
        line 5, column 27: the rows of VALUES have 1 and 2 columns
          INSERT INTO t VALUES (1), (2, 3)
                                    ^
        """),
    Mistake(
      title: "values without a common type",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t VALUES (1), ('a')
        """,
      rendered: """
        line 5, column 28: column 1 of VALUES mixes INT with CHAR(1); use CAST
          INSERT INTO t VALUES (1), ('a')
                                     ^
        """),
    Mistake(
      title: "a column in VALUES",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t VALUES (id)
        """,
      rendered: """
        line 5, column 23: unknown column 'id'
          INSERT INTO t VALUES (id)
                                ^
        """),
    Mistake(
      title: "VALUES that the sink does not take",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t VALUES ('a')
        """,
      rendered: """
        line 5, column 15: column 'a' of table 't' expects BIGINT, but the query gives CHAR(1); use CAST
          INSERT INTO t VALUES ('a')
                        ^
        """),
    Mistake(
      title: "a star without FROM",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT *
        """,
      rendered: """
        line 5, column 22: '*' stands for the columns of FROM, and there is none; expected FROM
          INSERT INTO t SELECT *
                               ^
        """),
    Mistake(
      title: "MINUS",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders MINUS SELECT id FROM bids
        """,
      rendered: """
        line 5, column 37: MINUS is not supported; write EXCEPT
          INSERT INTO t SELECT id FROM orders MINUS SELECT id FROM bids
                                              ^
        """),
    Mistake(
      title: "INTERSECT of different widths",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders INTERSECT SELECT id, price FROM bids
        """,
      rendered: """
        line 5, column 15: the queries of this INTERSECT have 1 and 2 columns
          INSERT INTO t SELECT id FROM orders INTERSECT SELECT id, price FROM bids
                        ^
        """),
    Mistake(
      title: "EXCEPT of different types",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders EXCEPT SELECT bt FROM bids
        """,
      rendered: """
        line 5, column 15: column 1 of this EXCEPT is BIGINT at first and TIMESTAMP(3) in query 2; use CAST
          INSERT INTO t SELECT id FROM orders EXCEPT SELECT bt FROM bids
                        ^
        """),
    Mistake(
      title: "EXPLAIN of what has no plan",
      script: """
        EXPLAIN DROP TABLE orders
        """,
      rendered: """
        line 4, column 9: unexpected 'DROP'; expected a query, INSERT, STATEMENT SET, PLAN FOR, CHANGELOG_MODE or JSON_EXECUTION_PLAN
          EXPLAIN DROP TABLE orders
                  ^
        """),
    Mistake(
      title: "estimates of cost",
      script: """
        EXPLAIN ESTIMATED_COST SELECT 1
        """,
      rendered: """
        line 4, column 9: ESTIMATED_COST is not supported; plans are made by rules, without estimates of cost
          EXPLAIN ESTIMATED_COST SELECT 1
                  ^
        """),
    Mistake(
      title: "the number of no column",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders ORDER BY 2 LIMIT 1
        """,
      rendered: """
        line 5, column 46: there is no column 2; the query has 1
          INSERT INTO t SELECT id FROM orders ORDER BY 2 LIMIT 1
                                                       ^
        """),
    Mistake(
      title: "OFFSET without LIMIT",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders OFFSET 3
        """,
      rendered: """
        line 5, column 37: OFFSET without LIMIT or FETCH is not supported; say how many rows are wanted
          INSERT INTO t SELECT id FROM orders OFFSET 3
                                              ^
        """),
    Mistake(
      title: "too large a LIMIT",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders ORDER BY price LIMIT 20000
        """,
      rendered: """
        line 5, column 37: ORDER BY with LIMIT keeps at most 10000 rows, OFFSET included
          INSERT INTO t SELECT id FROM orders ORDER BY price LIMIT 20000
                                              ^
        """),
    Mistake(
      title: "GROUPING of no key",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT GROUPING(uid) FROM orders GROUP BY ROLLUP (cur)
        """,
      rendered: """
        line 5, column 31: GROUPING takes columns of GROUP BY, and this is none
          INSERT INTO t SELECT GROUPING(uid) FROM orders GROUP BY ROLLUP (cur)
                                        ^
        """),
    Mistake(
      title: "too many grouping sets",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT COUNT(*) FROM orders GROUP BY CUBE (id, uid, cur, ts, amount, day_, id + 1, id + 2, id + 3)
        """,
      rendered: """
        line 5, column 52: too many grouping sets: at most 256
          INSERT INTO t SELECT COUNT(*) FROM orders GROUP BY CUBE (id, uid, cur, ts, amount, day_, id + 1, id + 2, id + 3)
                                                             ^
        """),
  ]
}
