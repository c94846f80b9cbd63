-- An ambiguous column.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
CREATE TABLE bids (id BIGINT, auction BIGINT, price BIGINT, bt TIMESTAMP(3), WATERMARK FOR bt AS bt) WITH ('connector' = 'rows');

CREATE TABLE t (a INT) WITH ('connector' = 'blackhole');
INSERT INTO t SELECT o.uid FROM orders o JOIN bids b ON o.id = b.id WHERE id > 3;
--! line 7, column 75: the column 'id' is ambiguous; write o.id or b.id
--!   INSERT INTO t SELECT o.uid FROM orders o JOIN bids b ON o.id = b.id WHERE id > 3;
--!                                                                             ^
