-- Rows that a condition drops behind the sessions are not counted, but are in them.
-- flink: no, because it drops them before it looks for sessions, where these are aggregated, but not where their rows are wanted
CREATE TABLE t (k STRING, v INT, item STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' MINUTE) WITH ('connector' = 'rows');
--| x    | 1    | p | 2024-01-01 00:00:01
--| y    | 2    | p | 2024-01-01 00:00:04
--| x    | 3    | q | 2024-01-01 00:00:03
--| NULL | 4    | q | 2024-01-01 00:00:05
--| z    | 5    | p | 2024-01-01 00:00:12
--| x    | 6    | p | 2024-01-01 00:00:08.001
--| x    | NULL | q | 2024-01-01 00:00:18
--| x    | 7    | q | 2024-01-01 00:00:13.001
--| y    | 8    | p | 2024-01-01 00:00:31
--| x    | 9    | p | 2024-01-01 00:00:35
--| x    | 10   | q | 2024-01-01 00:00:29
--| y    | 11   | q | 2024-01-01 00:00:27
--| NULL | 13   | p | 2024-01-01 00:00:05
CREATE VIEW s AS SELECT * FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '5' SECOND));

SELECT k, window_start, window_end, COUNT(*), SUM(v) FROM s WHERE v > 1 GROUP BY k, window_start, window_end;
--| NULL | 2024-01-01 00:00:05.000 | 2024-01-01 00:00:10.000 | 2 | 17
--| x | 2024-01-01 00:00:01.000 | 2024-01-01 00:00:08.000 | 1 | 3
--| x | 2024-01-01 00:00:08.001 | 2024-01-01 00:00:23.000 | 2 | 13
--| x | 2024-01-01 00:00:29.000 | 2024-01-01 00:00:34.000 | 1 | 10
--| x | 2024-01-01 00:00:35.000 | 2024-01-01 00:00:40.000 | 1 | 9
--| y | 2024-01-01 00:00:04.000 | 2024-01-01 00:00:09.000 | 1 | 2
--| y | 2024-01-01 00:00:27.000 | 2024-01-01 00:00:36.000 | 2 | 19
--| z | 2024-01-01 00:00:12.000 | 2024-01-01 00:00:17.000 | 1 | 5
