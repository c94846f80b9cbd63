-- A row that follows is not known yet.
CREATE TABLE t (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
SELECT k, LEAD(v) OVER (PARTITION BY k ORDER BY ts) FROM t;
--! line 3, column 19: LEAD over a stream is not supported; LAG looks back; bounded tables have it in batch mode
--!   SELECT k, LEAD(v) OVER (PARTITION BY k ORDER BY ts) FROM t;
--!                     ^
