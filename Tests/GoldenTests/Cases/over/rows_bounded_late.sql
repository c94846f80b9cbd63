-- For a frame of some rows a row is late that does not come after the last one of its key, wherever the watermark is.
-- late: 0
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

SELECT k, v, ts, SUM(v) OVER (PARTITION BY k ORDER BY ts ROWS 1 PRECEDING) FROM t;
--| a | 1 | 2024-01-01 00:00:01.000 | 1
--| b | 10 | 2024-01-01 00:00:02.000 | 10
--| b | 5 | 2024-01-01 00:00:02.500 | 15
--| a | 4 | 2024-01-01 00:00:04.000 | 5
--| a | 2 | 2024-01-01 00:00:05.000 | 6
--| a | 16 | 2024-01-01 00:00:06.000 | 18
--| c | 3 | 2024-01-01 00:00:06.900 | 3
--| b | 20 | 2024-01-01 00:00:08.000 | 25
--| a | 8 | 2024-01-01 00:00:09.000 | 24
--| b | 40 | 2024-01-01 00:00:12.000 | 60
