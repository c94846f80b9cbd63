-- A window over a computed time.
CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');

CREATE TABLE t (a BIGINT) WITH ('connector' = 'blackhole');
CREATE VIEW v AS SELECT id, CAST(ts AS TIMESTAMP(3)) + INTERVAL '1' SECOND AS ts FROM orders;
INSERT INTO t SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE v, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
--! line 7, column 69: 'ts' is no time attribute here: TUMBLE needs a column with WATERMARK FOR or PROCTIME(), passed on unchanged
--!   NTO t SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE v, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end
--!                                                               ^
