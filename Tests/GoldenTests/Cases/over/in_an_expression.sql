-- A value of a window in a condition, and a window over a window.
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

SELECT k, s, CASE WHEN n > 3 THEN 'many' ELSE 'few' END, MAX(n) OVER (ORDER BY ts) FROM (
  SELECT k, s, ts, COUNT(*) OVER (PARTITION BY k ORDER BY ts) + 1 AS n FROM t);
--| a | x | few | 2
--| b | z | few | 3
--| a | w | few | 3
--| a | y | many | 5
--| a | v | many | 5
--| b | u | few | 5
--| a | t | many | 6
--| c | s | few | 6
--| b | r | many | 6
--| a | q | many | 7
