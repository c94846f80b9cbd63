-- A misspelt FROM.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT uid FORM orders;
--! line 6, column 26: unexpected 'FORM'; expected ',' or FROM; did you mean 'FROM'?
--!   INSERT INTO t SELECT uid FORM orders;
--!                            ^
