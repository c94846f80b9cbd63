-- SUM of a string.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT SUM(cur) FROM orders;
--! line 6, column 26: SUM takes a number, not STRING
--!   INSERT INTO t SELECT SUM(cur) FROM orders;
--!                            ^
