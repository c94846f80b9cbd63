-- The default frame: all rows up to those of the same time, which share their value.
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

SELECT k, v, ts, SUM(v) OVER (PARTITION BY k ORDER BY ts), COUNT(v) OVER (PARTITION BY k ORDER BY ts), AVG(v) OVER (PARTITION BY k ORDER BY ts) FROM t;
--| a | 1 | 2024-01-01 00:00:01.000 | 1 | 1 | 1
--| b | 10 | 2024-01-01 00:00:02.000 | 10 | 1 | 10
--| a | NULL | 2024-01-01 00:00:02.000 | 1 | 1 | 1
--| a | 2 | 2024-01-01 00:00:03.000 | 7 | 3 | 2
--| a | 4 | 2024-01-01 00:00:03.000 | 7 | 3 | 2
--| b | 5 | 2024-01-01 00:00:04.500 | 15 | 2 | 7
--| a | 8 | 2024-01-01 00:00:06.000 | 15 | 4 | 3
--| c | NULL | 2024-01-01 00:00:06.500 | NULL | 0 | NULL
--| b | 20 | 2024-01-01 00:00:06.500 | 35 | 3 | 11
--| a | 16 | 2024-01-01 00:00:07.000 | 31 | 5 | 6
