-- An unknown table to write.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

INSERT INTO nowhere SELECT id FROM orders;
--! line 5, column 13: unknown table 'nowhere'
--!   INSERT INTO nowhere SELECT id FROM orders;
--!               ^
