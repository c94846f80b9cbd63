-- Too few columns.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT uid FROM orders;
--! line 6, column 15: the query gives 1 column, but the table 't' has 2; expected a INT, b STRING
--!   INSERT INTO t SELECT uid FROM orders;
--!                 ^
