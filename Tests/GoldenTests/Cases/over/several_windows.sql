-- Windows of different frames and partitions in one SELECT.
-- splits: 1
-- flink: no, because all aggregates of a SELECT must be over the same window there
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

SELECT k, s, SUM(v) OVER (PARTITION BY k ORDER BY ts), SUM(v) OVER (PARTITION BY k ORDER BY ts ROWS 1 PRECEDING), COUNT(*) OVER (ORDER BY ts) FROM t;
--| a | x | 1 | 1 | 1
--| b | z | 10 | 10 | 3
--| a | w | 1 | 1 | 3
--| a | y | 7 | 2 | 5
--| a | v | 7 | 6 | 5
--| b | u | 15 | 15 | 6
--| a | t | 15 | 12 | 7
--| c | s | NULL | NULL | 9
--| b | r | 35 | 25 | 9
--| a | q | 31 | 24 | 10
