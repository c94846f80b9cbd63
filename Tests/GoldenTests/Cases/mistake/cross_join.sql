-- A cross join.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
CREATE TABLE bids (id BIGINT, auction BIGINT, price BIGINT, bt TIMESTAMP(3), WATERMARK FOR bt AS bt) WITH ('connector' = 'rows');

CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT o.id FROM orders o CROSS JOIN bids b;
--! line 7, column 41: CROSS JOIN is not supported; only joins with an equality are
--!   INSERT INTO t SELECT o.id FROM orders o CROSS JOIN bids b;
--!                                           ^
