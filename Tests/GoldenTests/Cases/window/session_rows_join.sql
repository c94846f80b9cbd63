-- Pairs within a session.
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

SELECT l.k, l.v, r.v, l.window_start FROM s AS l JOIN s AS r
  ON l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end AND l.v < r.v;
--| x | 1 | 3 | 2024-01-01 00:00:01.000
--| x | 6 | 7 | 2024-01-01 00:00:08.001
--| y | 8 | 11 | 2024-01-01 00:00:27.000
