-- Too few arguments.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a STRING) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT SUBSTRING(cur) FROM orders;
--! line 6, column 22: SUBSTRING takes 2 to 3 arguments, not 1
--!   INSERT INTO t SELECT SUBSTRING(cur) FROM orders;
--!                        ^
