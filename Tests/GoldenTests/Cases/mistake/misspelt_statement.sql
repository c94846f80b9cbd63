-- A misspelt statement.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

SELEC id FROM orders;
--! line 5, column 1: unexpected 'SELEC'; expected a statement; did you mean 'SELECT'?
--!   SELEC id FROM orders;
--!   ^
