-- A misspelt table.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT uid FROM order_;
--! line 6, column 31: unknown table 'order_'; did you mean 'orders'?
--!   INSERT INTO t SELECT uid FROM order_;
--!                                 ^
