-- A row behind the watermark is in a session that is still open, and then it comes with it, or late.
-- late: 1
CREATE TABLE t (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
--| a | 1 | 2024-01-01 00:00:20
--| b | 2 | 2024-01-01 00:00:25
--| a | 4 | 2024-01-01 00:00:10
--| b | 8 | 2024-01-01 00:00:14

SELECT k, v, window_start, window_end FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '10' SECOND));
--| a | 1 | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:30.000
--| a | 4 | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:30.000
--| b | 2 | 2024-01-01 00:00:25.000 | 2024-01-01 00:00:35.000
