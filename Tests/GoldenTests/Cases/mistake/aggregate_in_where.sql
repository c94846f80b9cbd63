-- An aggregate in WHERE.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT uid FROM orders WHERE COUNT(*) > 1;
--! line 6, column 44: COUNT is an aggregate and cannot stand in WHERE
--!   INSERT INTO t SELECT uid FROM orders WHERE COUNT(*) > 1;
--!                                              ^
