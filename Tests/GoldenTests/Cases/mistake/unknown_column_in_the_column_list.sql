-- An unknown column in the column list.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'blackhole');
INSERT INTO t (a, c) SELECT uid, cur FROM orders;
--! line 6, column 19: the table 't' has no column 'c'
--!   INSERT INTO t (a, c) SELECT uid, cur FROM orders;
--!                     ^
