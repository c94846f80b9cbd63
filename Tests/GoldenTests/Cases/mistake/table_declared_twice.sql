-- A table declared twice.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE orders (a INT) WITH ('connector' = 'datagen');
--! line 5, column 14: there already is a table 'orders'; DROP it first
--!   CREATE TABLE orders (a INT) WITH ('connector' = 'datagen');
--!                ^
