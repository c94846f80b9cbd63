-- One window over all rows.
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

SELECT s, COUNT(*) OVER (ORDER BY ts RANGE BETWEEN INTERVAL '1' SECOND PRECEDING AND CURRENT ROW) FROM t;
--| x | 1
--| z | 3
--| w | 3
--| y | 4
--| v | 4
--| u | 1
--| t | 1
--| s | 3
--| r | 3
--| q | 4
