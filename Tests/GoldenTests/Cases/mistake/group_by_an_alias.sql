-- GROUP BY an alias.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a BIGINT, n BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT id % 10 AS bucket, COUNT(*) FROM orders GROUP BY bucket;
--! line 6, column 71: 'bucket' is an alias of SELECT; GROUP BY takes the expression behind it
--!   INSERT INTO t SELECT id % 10 AS bucket, COUNT(*) FROM orders GROUP BY bucket;
--!                                                                         ^
