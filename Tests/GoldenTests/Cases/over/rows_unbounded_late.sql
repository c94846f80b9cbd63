-- Rows at or behind the watermark come too late for a frame of all rows.
-- late: 3
CREATE TABLE t (k STRING, v BIGINT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'rows');
--| a | 1 | x | 2024-01-01 00:00:01.000
--| b | 10 | z | 2024-01-01 00:00:02.000
--| a | 2 | y | 2024-01-01 00:00:05.000
--| a | 4 | w | 2024-01-01 00:00:04.000
--| b | 5 | v | 2024-01-01 00:00:02.500
--| a | 8 | u | 2024-01-01 00:00:09.000
--| a | 16 | late | 2024-01-01 00:00:06.000
--| b | 20 | t | 2024-01-01 00:00:08.000
--| c | 3 | s | 2024-01-01 00:00:06.900
--| b | 40 | r | 2024-01-01 00:00:12.000

SELECT k, v, ts, SUM(v) OVER (PARTITION BY k ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t;
--| a | 1 | 2024-01-01 00:00:01.000 | 1
--| b | 10 | 2024-01-01 00:00:02.000 | 10
--| a | 4 | 2024-01-01 00:00:04.000 | 5
--| a | 2 | 2024-01-01 00:00:05.000 | 7
--| b | 20 | 2024-01-01 00:00:08.000 | 30
--| a | 8 | 2024-01-01 00:00:09.000 | 15
--| b | 40 | 2024-01-01 00:00:12.000 | 70
