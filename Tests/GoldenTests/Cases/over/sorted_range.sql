-- Over a column that is no time a row changes the values of those behind it; equal ones share theirs.
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
--| a | 2 | p | 2024-01-01 00:00:07.500

SELECT k, v, s, SUM(v) OVER (PARTITION BY k ORDER BY v), COUNT(*) OVER (PARTITION BY k ORDER BY v) FROM t;
--| a | NULL | w | NULL | 1
--| a | 1 | x | 1 | 2
--| b | 5 | u | 5 | 1
--| b | 10 | z | 15 | 2
--| c | NULL | s | NULL | 1
--| b | 20 | r | 35 | 3
--| a | 2 | y | 5 | 4
--| a | 2 | p | 5 | 4
--| a | 4 | v | 9 | 5
--| a | 8 | t | 17 | 6
--| a | 16 | q | 33 | 7
