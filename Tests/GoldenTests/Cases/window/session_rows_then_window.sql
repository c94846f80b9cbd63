-- Rows of sessions counted by the window in which their session ends.
-- flink: no, because its planner fails on windows over a session that is not aggregated
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

SELECT window_start, window_end, COUNT(*), SUM(v) FROM TABLE(TUMBLE((SELECT v, window_time AS ended FROM s), DESCRIPTOR(ended),
  INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
--| 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000 | 5 | 23
--| 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000 | 1 | 5
--| 2024-01-01 00:00:20.000 | 2024-01-01 00:00:30.000 | 3 | 13
--| 2024-01-01 00:00:30.000 | 2024-01-01 00:00:40.000 | 4 | 38
