//  Mistakes people make, and exactly what they are told. Each script follows the two tables of `TestCatalog.orders`, which
//  take the first three lines.

import Testing

struct Mistake: Sendable, CustomTestStringConvertible {
  var title: String
  var script: String
  var rendered: String
  var testDescription: String { title }

  static let all: [Mistake] = [
    Mistake(
      title: "a misspelt statement",
      script: """
        SELEC id FROM orders
        """,
      rendered: """
        line 4, column 1: unexpected 'SELEC'; expected a statement; did you mean 'SELECT'?
          SELEC id FROM orders
          ^
        """),
    Mistake(
      title: "an unknown table to write",
      script: """
        INSERT INTO nowhere SELECT id FROM orders
        """,
      rendered: """
        line 4, column 13: unknown table 'nowhere'
          INSERT INTO nowhere SELECT id FROM orders
                      ^
        """),
    Mistake(
      title: "a misspelt FROM",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT uid FORM orders
        """,
      rendered: """
        line 5, column 26: unexpected 'FORM'; expected ',' or FROM; did you mean 'FROM'?
          INSERT INTO t SELECT uid FORM orders
                                   ^
        """),
    Mistake(
      title: "a misspelt table",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT uid FROM order_
        """,
      rendered: """
        line 5, column 31: unknown table 'order_'; did you mean 'orders'?
          INSERT INTO t SELECT uid FROM order_
                                        ^
        """),
    Mistake(
      title: "a misspelt column",
      script: """
        CREATE TABLE t (a DECIMAL(10, 2)) WITH ('connector' = 'blackhole');
        INSERT INTO t
        SELECT pric
        FROM orders
        """,
      rendered: """
        line 6, column 8: unknown column 'pric'; did you mean 'price'?
          SELECT pric
                 ^
        """),
    Mistake(
      title: "an ambiguous column",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT o.uid FROM orders o JOIN bids b ON o.id = b.id WHERE id > 3
        """,
      rendered: """
        line 5, column 75: the column 'id' is ambiguous; write o.id or b.id
          INSERT INTO t SELECT o.uid FROM orders o JOIN bids b ON o.id = b.id WHERE id > 3
                                                                                    ^
        """),
    Mistake(
      title: "a type the sink does not take",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders
        """,
      rendered: """
        line 5, column 22: column 'a' of table 't' expects INT, but the query gives BIGINT; use CAST
          INSERT INTO t SELECT id FROM orders
                               ^
        """),
    Mistake(
      title: "too few columns",
      script: """
        CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT uid FROM orders
        """,
      rendered: """
        line 5, column 15: the query gives 1 column, but the table 't' has 2; expected a INT, b STRING
          INSERT INTO t SELECT uid FROM orders
                        ^
        """),
    Mistake(
      title: "an unknown column in the column list",
      script: """
        CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'blackhole');
        INSERT INTO t (a, c) SELECT uid, cur FROM orders
        """,
      rendered: """
        line 5, column 19: the table 't' has no column 'c'
          INSERT INTO t (a, c) SELECT uid, cur FROM orders
                            ^
        """),
    Mistake(
      title: "a misspelt type",
      script: """
        CREATE TABLE t (a INTT) WITH ('connector' = 'blackhole')
        """,
      rendered: """
        line 4, column 19: unknown type 'INTT'; did you mean 'INT'?
          CREATE TABLE t (a INTT) WITH ('connector' = 'blackhole')
                            ^
        """),
    Mistake(
      title: "a reserved word as a name",
      script: """
        CREATE TABLE t (value INT) WITH ('connector' = 'blackhole')
        """,
      rendered: """
        line 4, column 17: 'value' is a reserved word; as a name it needs back-ticks: `value`; expected a column name
          CREATE TABLE t (value INT) WITH ('connector' = 'blackhole')
                          ^
        """),
    Mistake(
      title: "a misspelt connector",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'blackhol')
        """,
      rendered: """
        line 4, column 44: unknown connector 'blackhol'; did you mean 'blackhole'?
          CREATE TABLE t (a INT) WITH ('connector' = 'blackhol')
                                                     ^
        """),
    Mistake(
      title: "a table without connector",
      script: """
        CREATE TABLE t (a INT)
        """,
      rendered: """
        line 4, column 14: the table 't' has no 'connector' option; expected WITH ('connector' = '...')
          CREATE TABLE t (a INT)
                       ^
        """),
    Mistake(
      title: "a misspelt option",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'nexmark', 'event-rat' = '5')
        """,
      rendered: """
        line 4, column 55: the connector 'nexmark' has no option 'event-rat'; did you mean 'event-rate'?
          CREATE TABLE t (a INT) WITH ('connector' = 'nexmark', 'event-rat' = '5')
                                                                ^
        """),
    Mistake(
      title: "a wrong number in an option",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'nexmark', 'events.num' = 'many')
        """,
      rendered: """
        line 4, column 70: the option 'events.num' takes a whole number, not 'many'
          CREATE TABLE t (a INT) WITH ('connector' = 'nexmark', 'events.num' = 'many')
                                                                               ^
        """),
    Mistake(
      title: "a missing option",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'format' = 'csv')
        """,
      rendered: """
        line 4, column 14: the connector 'filesystem' needs the option 'path'; expected 'path' = '...'
          CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'format' = 'csv')
                       ^
        """),
    Mistake(
      title: "a missing format",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x')
        """,
      rendered: """
        line 4, column 14: the connector 'filesystem' needs the option 'format'; expected 'csv', 'json' or 'debezium-json'
          CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x')
                       ^
        """),
    Mistake(
      title: "a misspelt format",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'cvs')
        """,
      rendered: """
        line 4, column 88: unknown format 'cvs'; did you mean 'csv'?
          CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'cvs')
                                                                                                 ^
        """),
    Mistake(
      title: "a misspelt format option",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv', 'csv.headers' = 'true')
        """,
      rendered: """
        line 4, column 95: the connector 'filesystem' has no option 'csv.headers'; did you mean 'csv.header'?
          CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv', 'csv.headers' = 'true')
                                                                                                        ^
        """),
    Mistake(
      title: "an option about an unknown column",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'fields.b.kind' = 'random')
        """,
      rendered: """
        line 4, column 55: the option 'fields.b.kind' is about the column 'b', which the table does not have
          CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'fields.b.kind' = 'random')
                                                                ^
        """),
    Mistake(
      title: "a misspelt choice",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'fields.a.kind' = 'sequenze')
        """,
      rendered: """
        line 4, column 73: the option 'fields.a.kind' cannot be 'sequenze'; expected 'random' or 'sequence'; did you mean 'sequence'?
          CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'fields.a.kind' = 'sequenze')
                                                                                  ^
        """),
    Mistake(
      title: "a column declared twice",
      script: """
        CREATE TABLE t (a INT, a STRING) WITH ('connector' = 'datagen')
        """,
      rendered: """
        line 4, column 24: the column 'a' is given twice
          CREATE TABLE t (a INT, a STRING) WITH ('connector' = 'datagen')
                                 ^
        """),
    Mistake(
      title: "a time attribute that is too precise",
      script: """
        CREATE TABLE t (a INT, ts TIMESTAMP(6), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'datagen')
        """,
      rendered: """
        line 4, column 55: WATERMARK FOR takes a column of type TIMESTAMP(p) or TIMESTAMP_LTZ(p) with p from 0 to 3; 'ts' has type TIMESTAMP(6)
          CREATE TABLE t (a INT, ts TIMESTAMP(6), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'datagen')
                                                                ^
        """),
    Mistake(
      title: "a primary key that would have to be checked",
      script: """
        CREATE TABLE t (a INT, PRIMARY KEY (a)) WITH ('connector' = 'datagen')
        """,
      rendered: """
        line 4, column 39: a primary key is not checked: write PRIMARY KEY ... NOT ENFORCED; expected NOT ENFORCED
          CREATE TABLE t (a INT, PRIMARY KEY (a)) WITH ('connector' = 'datagen')
                                                ^
        """),
    Mistake(
      title: "a computed column over another",
      script: """
        CREATE TABLE t (a INT, b AS a + 1, c AS b + 1) WITH ('connector' = 'datagen')
        """,
      rendered: """
        line 4, column 41: 'b' is a computed column, and computed columns can only use physical ones
          CREATE TABLE t (a INT, b AS a + 1, c AS b + 1) WITH ('connector' = 'datagen')
                                                  ^
        """),
    Mistake(
      title: "a table declared twice",
      script: """
        CREATE TABLE orders (a INT) WITH ('connector' = 'datagen')
        """,
      rendered: """
        line 4, column 14: there already is a table 'orders'; DROP it first
          CREATE TABLE orders (a INT) WITH ('connector' = 'datagen')
                       ^
        """),
    Mistake(
      title: "DROP of the wrong kind",
      script: """
        DROP VIEW orders
        """,
      rendered: """
        line 4, column 11: 'orders' is a table; write DROP TABLE
          DROP VIEW orders
                    ^
        """),
    Mistake(
      title: "a misspelt setting",
      script: """
        SET 'execution.checkpointing.intervall' = '10 s'
        """,
      rendered: """
        line 4, column 5: unknown setting 'execution.checkpointing.intervall'; did you mean 'execution.checkpointing.interval'?
          SET 'execution.checkpointing.intervall' = '10 s'
              ^
        """),
    Mistake(
      title: "a wrong duration",
      script: """
        SET 'execution.checkpointing.interval' = 'ten seconds'
        """,
      rendered: """
        line 4, column 42: 'execution.checkpointing.interval' takes a duration such as '10 s', not 'ten seconds'
          SET 'execution.checkpointing.interval' = 'ten seconds'
                                                   ^
        """),
    Mistake(
      title: "batch mode",
      script: """
        SET 'execution.runtime-mode' = 'batch'
        """,
      rendered: """
        line 4, column 32: runtime mode 'batch' is not supported; 'streaming' over bounded tables comes to the same final rows
          SET 'execution.runtime-mode' = 'batch'
                                         ^
        """),
    Mistake(
      title: "SET without quotes",
      script: """
        SET parallelism = 4
        """,
      rendered: """
        line 4, column 5: unexpected 'parallelism'; keys and values of SET are written in quotes; expected a string
          SET parallelism = 4
              ^
        """),
    Mistake(
      title: "SUM of a string",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT SUM(cur) FROM orders
        """,
      rendered: """
        line 5, column 26: SUM takes a number, not STRING
          INSERT INTO t SELECT SUM(cur) FROM orders
                                   ^
        """),
    Mistake(
      title: "a column that is not grouped",
      script: """
        CREATE TABLE t (a INT, n BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT uid, COUNT(*) FROM orders GROUP BY cur
        """,
      rendered: """
        line 5, column 22: the column 'uid' is neither in GROUP BY nor in an aggregate
          INSERT INTO t SELECT uid, COUNT(*) FROM orders GROUP BY cur
                               ^
        """),
    Mistake(
      title: "an aggregate in WHERE",
      script: """
        CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT uid FROM orders WHERE COUNT(*) > 1
        """,
      rendered: """
        line 5, column 44: COUNT is an aggregate and cannot stand in WHERE
          INSERT INTO t SELECT uid FROM orders WHERE COUNT(*) > 1
                                                     ^
        """),
    Mistake(
      title: "GROUP BY an alias",
      script: """
        CREATE TABLE t (a BIGINT, n BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id % 10 AS bucket, COUNT(*) FROM orders GROUP BY bucket
        """,
      rendered: """
        line 5, column 71: 'bucket' is an alias of SELECT; GROUP BY takes the expression behind it
          INSERT INTO t SELECT id % 10 AS bucket, COUNT(*) FROM orders GROUP BY bucket
                                                                                ^
        """),
    Mistake(
      title: "a misspelt function",
      script: """
        CREATE TABLE t (a STRING) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT UPPPER(cur) FROM orders
        """,
      rendered: """
        line 5, column 22: unknown function 'UPPPER'; did you mean 'UPPER'?
          INSERT INTO t SELECT UPPPER(cur) FROM orders
                               ^
        """),
    Mistake(
      title: "too few arguments",
      script: """
        CREATE TABLE t (a STRING) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT SUBSTRING(cur) FROM orders
        """,
      rendered: """
        line 5, column 22: SUBSTRING takes 2 to 3 arguments, not 1
          INSERT INTO t SELECT SUBSTRING(cur) FROM orders
                               ^
        """),
    Mistake(
      title: "a wrong argument type",
      script: """
        CREATE TABLE t (a STRING) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT UPPER(uid) FROM orders
        """,
      rendered: """
        line 5, column 28: argument 1 of UPPER has type INT, not STRING; use CAST; expected STRING
          INSERT INTO t SELECT UPPER(uid) FROM orders
                                     ^
        """),
    Mistake(
      title: "arithmetic with a string",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT cur + 1 FROM orders
        """,
      rendered: """
        line 5, column 22: '+' cannot take STRING and INT; use CAST
          INSERT INTO t SELECT cur + 1 FROM orders
                               ^
        """),
    Mistake(
      title: "a comparison across types",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders WHERE cur = TRUE
        """,
      rendered: """
        line 5, column 43: '=' cannot compare STRING with BOOLEAN; use CAST
          INSERT INTO t SELECT id FROM orders WHERE cur = TRUE
                                                    ^
        """),
    Mistake(
      title: "a condition that is none",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders WHERE uid
        """,
      rendered: """
        line 5, column 43: WHERE takes a condition; this has type INT; expected BOOLEAN
          INSERT INTO t SELECT id FROM orders WHERE uid
                                                    ^
        """),
    Mistake(
      title: "a cast that does not exist",
      script: """
        CREATE TABLE t (a TIMESTAMP(3)) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT CAST(id AS TIMESTAMP(3)) FROM orders
        """,
      rendered: """
        line 5, column 22: BIGINT cannot be cast to TIMESTAMP(3); use TO_TIMESTAMP_LTZ(number, 0 or 3)
          INSERT INTO t SELECT CAST(id AS TIMESTAMP(3)) FROM orders
                               ^
        """),
    Mistake(
      title: "a misspelt time attribute",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(tss), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end
        """,
      rendered: """
        line 5, column 74: unknown column 'tss'; did you mean 'ts'?
           SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(tss), INTERVAL '1' MINUTE)) GROUP BY window_start, window_en
                                                                      ^
        """),
    Mistake(
      title: "a window over a computed time",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        CREATE VIEW v AS SELECT id, CAST(ts AS TIMESTAMP(3)) + INTERVAL '1' SECOND AS ts FROM orders;
        INSERT INTO t SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE v, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end
        """,
      rendered: """
        line 6, column 69: 'ts' is no time attribute here: TUMBLE needs a column with WATERMARK FOR or PROCTIME(), passed on unchanged
          NTO t SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE v, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end
                                                                      ^
        """),
    Mistake(
      title: "HOP with size first",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT COUNT(*) FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR, INTERVAL '1' MINUTE)) GROUP BY window_start, window_end
        """,
      rendered: """
        line 5, column 76: the slide of HOP is longer than its size: slide comes first, then size
          ELECT COUNT(*) FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR, INTERVAL '1' MINUTE)) GROUP BY window_sta
                                                                      ^
        """),
    Mistake(
      title: "a cross join",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT o.id FROM orders o CROSS JOIN bids b
        """,
      rendered: """
        line 5, column 41: CROSS JOIN is not supported; only joins with an equality are
          INSERT INTO t SELECT o.id FROM orders o CROSS JOIN bids b
                                                  ^
        """),
    Mistake(
      title: "a natural join",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT o.id FROM orders o NATURAL LEFT JOIN bids b
        """,
      rendered: """
        line 5, column 41: NATURAL JOIN is not supported; write JOIN ... ON
          INSERT INTO t SELECT o.id FROM orders o NATURAL LEFT JOIN bids b
                                                  ^
        """),
    Mistake(
      title: "an outer join without equality",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT o.id FROM orders o LEFT JOIN bids b ON o.id > b.id
        """,
      rendered: """
        line 5, column 32: this join has no equality between its two sides, and only such joins are supported; expected ON a.x = b.y
          INSERT INTO t SELECT o.id FROM orders o LEFT JOIN bids b ON o.id > b.id
                                         ^
        """),
    Mistake(
      title: "a subquery below OR",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders WHERE uid = 1 OR id IN (SELECT id FROM bids)
        """,
      rendered: """
        line 5, column 54: this subquery is not supported; IN (SELECT ...) and EXISTS stand in WHERE, alone, behind NOT or between ANDs
          INSERT INTO t SELECT id FROM orders WHERE uid = 1 OR id IN (SELECT id FROM bids)
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
      title: "a join without equality",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT o.id FROM orders o JOIN bids b ON o.id > b.id
        """,
      rendered: """
        line 5, column 32: this join has no equality between its two sides, and only such joins are supported; expected ON a.x = b.y
          INSERT INTO t SELECT o.id FROM orders o JOIN bids b ON o.id > b.id
                                         ^
        """),
    Mistake(
      title: "ORDER BY",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT id FROM orders ORDER BY id
        """,
      rendered: """
        line 5, column 37: ORDER BY is not supported
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
        INSERT INTO t SELECT ROW_NUMBER() OVER (ORDER BY id) FROM orders
        """,
      rendered: """
        line 5, column 22: ROW_NUMBER is supported only for Top-N and deduplication: as a column of a derived table whose outer query keeps its first values, from 1 to at most 10000; expected SELECT ... FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS rn FROM t) WHERE rn <= 10
          INSERT INTO t SELECT ROW_NUMBER() OVER (ORDER BY id) FROM orders
                               ^
        """),
    Mistake(
      title: "a row number that is not filtered from the first",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT n FROM (SELECT ROW_NUMBER() OVER (ORDER BY id) AS n FROM orders) WHERE n = 2
        """,
      rendered: """
        line 5, column 37: ROW_NUMBER is supported only for Top-N and deduplication: as a column of a derived table whose outer query keeps its first values, from 1 to at most 10000; expected SELECT ... FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS rn FROM t) WHERE rn <= 10
          INSERT INTO t SELECT n FROM (SELECT ROW_NUMBER() OVER (ORDER BY id) AS n FROM orders) WHERE n = 2
                                              ^
        """),
    Mistake(
      title: "a row number in a calculation",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT 1 + ROW_NUMBER() OVER (ORDER BY id) FROM orders
        """,
      rendered: """
        line 5, column 54: OVER is ordered by a time attribute: a column with WATERMARK FOR, passed on unchanged; expected OVER (PARTITION BY a ORDER BY ts)
          INSERT INTO t SELECT 1 + ROW_NUMBER() OVER (ORDER BY id) FROM orders
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
      title: "an OVER window by a column that is no time",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT SUM(id) OVER (ORDER BY price) FROM orders
        """,
      rendered: """
        line 5, column 45: OVER is ordered by a time attribute: a column with WATERMARK FOR, passed on unchanged; expected OVER (PARTITION BY a ORDER BY ts)
          INSERT INTO t SELECT SUM(id) OVER (ORDER BY price) FROM orders
                                                      ^
        """),
    Mistake(
      title: "an OVER window without an order",
      script: """
        CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
        INSERT INTO t SELECT SUM(id) OVER (PARTITION BY uid) FROM orders
        """,
      rendered: """
        line 5, column 30: an OVER window of a stream is ordered by one column, its time attribute; expected OVER (PARTITION BY a ORDER BY ts)
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
        line 5, column 45: an OVER window of a stream is ordered ascending: rows come in the order of time
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
        line 5, column 22: LEAD over a stream is not supported; LAG looks back
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
        line 5, column 22: OVER belongs to aggregates, not to ABS; expected COUNT, SUM, AVG, MIN, MAX, FIRST_VALUE, LAST_VALUE, LAG, ROW_NUMBER, RANK or DENSE_RANK
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
  ]
}
