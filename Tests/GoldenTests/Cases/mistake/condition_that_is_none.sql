-- A condition that is none.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT id FROM orders WHERE uid;
--! line 6, column 43: WHERE takes a condition; this has type INT; expected BOOLEAN
--!   INSERT INTO t SELECT id FROM orders WHERE uid;
--!                                             ^
