-- A comparison across types.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT id FROM orders WHERE cur = TRUE;
--! line 6, column 43: '=' cannot compare STRING with BOOLEAN; use CAST
--!   INSERT INTO t SELECT id FROM orders WHERE cur = TRUE;
--!                                             ^
