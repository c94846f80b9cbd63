-- A cast that does not exist.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a TIMESTAMP(3)) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT CAST(id AS TIMESTAMP(3)) FROM orders;
--! line 6, column 22: BIGINT cannot be cast to TIMESTAMP(3); use TO_TIMESTAMP_LTZ(number, 0 or 3)
--!   INSERT INTO t SELECT CAST(id AS TIMESTAMP(3)) FROM orders;
--!                        ^
