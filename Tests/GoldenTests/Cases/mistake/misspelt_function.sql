-- A misspelt function.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a STRING) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT UPPPER(cur) FROM orders;
--! line 6, column 22: unknown function 'UPPPER'; did you mean 'UPPER'?
--!   INSERT INTO t SELECT UPPPER(cur) FROM orders;
--!                        ^
