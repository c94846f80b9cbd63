-- A wrong argument type.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a STRING) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT UPPER(uid) FROM orders;
--! line 6, column 28: argument 1 of UPPER has type INT, not STRING; use CAST; expected STRING
--!   INSERT INTO t SELECT UPPER(uid) FROM orders;
--!                              ^
