-- A misspelt column.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a DECIMAL(10, 2)) WITH ('connector' = 'blackhole');
INSERT INTO t
SELECT pric
FROM orders;
--! line 7, column 8: unknown column 'pric'; did you mean 'price'?
--!   SELECT pric
--!          ^
