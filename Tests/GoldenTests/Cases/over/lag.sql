-- LAG looks back by rows of the key; a default stands in where there is none.
CREATE TABLE t (k STRING, v BIGINT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'rows');
--| a | 1 | x | 2024-01-01 00:00:01.000
--| b | 10 | z | 2024-01-01 00:00:02.000
--| a | NULL | w | 2024-01-01 00:00:02.000
--| a | 4 | v | 2024-01-01 00:00:03.000
--| b | 5 | u | 2024-01-01 00:00:04.500
--| a | 8 | t | 2024-01-01 00:00:06.000
--| c | NULL | s | 2024-01-01 00:00:06.500
--| b | 20 | r | 2024-01-01 00:00:06.500
--| a | 16 | q | 2024-01-01 00:00:07.000

SELECT k, s, LAG(s) OVER (PARTITION BY k ORDER BY ts), LAG(v, 2) OVER (PARTITION BY k ORDER BY ts), LAG(v, 1, CAST(-1 AS BIGINT)) OVER (PARTITION BY k ORDER BY ts) FROM t;
--| a | x | NULL | NULL | -1
--| b | z | NULL | NULL | -1
--| a | w | x | NULL | 1
--| a | v | w | 1 | -1
--| b | u | z | NULL | 10
--| a | t | v | NULL | 4
--| c | s | NULL | NULL | -1
--| b | r | u | 10 | 5
--| a | q | t | 4 | 8
