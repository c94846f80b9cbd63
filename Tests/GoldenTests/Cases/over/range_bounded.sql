-- The rows of two seconds, those of the same time among them.
CREATE TABLE t (k STRING, v BIGINT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'rows');
--| a | 1 | x | 2024-01-01 00:00:01.000
--| a | 2 | y | 2024-01-01 00:00:03.000
--| b | 10 | z | 2024-01-01 00:00:02.000
--| a | NULL | w | 2024-01-01 00:00:02.000
--| a | 4 | v | 2024-01-01 00:00:03.000
--| b | 5 | u | 2024-01-01 00:00:04.500
--| a | 8 | t | 2024-01-01 00:00:06.000
--| c | NULL | s | 2024-01-01 00:00:06.500
--| b | 20 | r | 2024-01-01 00:00:06.500
--| a | 16 | q | 2024-01-01 00:00:07.000

SELECT k, v, ts, SUM(v) OVER w, MIN(v) OVER w, MAX(v) OVER w, COUNT(*) OVER w, COUNT(DISTINCT v) OVER w FROM t
WINDOW w AS (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '2' SECOND PRECEDING AND CURRENT ROW);
--| a | 1 | 2024-01-01 00:00:01.000 | 1 | 1 | 1 | 1 | 1
--| b | 10 | 2024-01-01 00:00:02.000 | 10 | 10 | 10 | 1 | 1
--| a | NULL | 2024-01-01 00:00:02.000 | 1 | 1 | 1 | 2 | 1
--| a | 2 | 2024-01-01 00:00:03.000 | 7 | 1 | 4 | 4 | 3
--| a | 4 | 2024-01-01 00:00:03.000 | 7 | 1 | 4 | 4 | 3
--| b | 5 | 2024-01-01 00:00:04.500 | 5 | 5 | 5 | 1 | 1
--| a | 8 | 2024-01-01 00:00:06.000 | 8 | 8 | 8 | 1 | 1
--| c | NULL | 2024-01-01 00:00:06.500 | NULL | NULL | NULL | 1 | 0
--| b | 20 | 2024-01-01 00:00:06.500 | 25 | 5 | 20 | 2 | 2
--| a | 16 | 2024-01-01 00:00:07.000 | 24 | 8 | 16 | 2 | 2
