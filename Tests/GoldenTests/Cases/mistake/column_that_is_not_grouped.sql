-- A column that is not grouped.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a INT, n BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT uid, COUNT(*) FROM orders GROUP BY cur;
--! line 6, column 22: the column 'uid' is neither in GROUP BY nor in an aggregate
--!   INSERT INTO t SELECT uid, COUNT(*) FROM orders GROUP BY cur;
--!                        ^
