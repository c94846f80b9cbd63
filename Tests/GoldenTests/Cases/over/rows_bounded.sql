-- The last three rows of a key: every aggregate, with NULLs.
-- splits: 1
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

SELECT k, s, COUNT(*) OVER w, COUNT(v) OVER w, SUM(v) OVER w, AVG(v) OVER w, MIN(v) OVER w, MAX(s) OVER w, FIRST_VALUE(v) OVER w, LAST_VALUE(v) OVER w FROM t
WINDOW w AS (PARTITION BY k ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW);
--| a | x | 1 | 1 | 1 | 1 | 1 | x | 1 | 1
--| b | z | 1 | 1 | 10 | 10 | 10 | z | 10 | 10
--| a | w | 2 | 1 | 1 | 1 | 1 | x | 1 | 1
--| a | y | 3 | 2 | 3 | 1 | 1 | y | 1 | 2
--| a | v | 3 | 2 | 6 | 3 | 2 | y | 2 | 4
--| b | u | 2 | 2 | 15 | 7 | 5 | z | 10 | 5
--| a | t | 3 | 3 | 14 | 4 | 2 | y | 2 | 8
--| c | s | 1 | 0 | NULL | NULL | NULL | s | NULL | NULL
--| b | r | 3 | 3 | 35 | 11 | 5 | z | 10 | 20
--| a | q | 3 | 3 | 28 | 9 | 4 | v | 4 | 16
