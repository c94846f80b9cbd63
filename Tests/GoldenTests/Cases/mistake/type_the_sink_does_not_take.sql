-- A type the sink does not take.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT id FROM orders;
--! line 6, column 22: column 'a' of table 't' expects INT, but the query gives BIGINT; use CAST
--!   INSERT INTO t SELECT id FROM orders;
--!                        ^
