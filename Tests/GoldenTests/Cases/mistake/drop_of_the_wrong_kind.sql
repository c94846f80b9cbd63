-- DROP of the wrong kind.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

DROP VIEW orders;
--! line 5, column 11: 'orders' is a table; write DROP TABLE
--!   DROP VIEW orders;
--!             ^
