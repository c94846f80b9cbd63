-- Rows of sessions joined with counts of them; a session of one row has no count.
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

SELECT s.k, s.v, c.n FROM s LEFT JOIN (SELECT k, window_start AS ws, window_end AS we, COUNT(*) AS n FROM s
  GROUP BY k, window_start, window_end HAVING COUNT(*) > 1) AS c ON s.k = c.k AND s.window_start = c.ws AND s.window_end = c.we;
--| NULL | 13 | NULL
--| NULL | 4 | NULL
--| x | 1 | 2
--| x | 10 | NULL
--| x | 3 | 2
--| x | 6 | 3
--| x | 7 | 3
--| x | 9 | NULL
--| x | NULL | 3
--| y | 11 | 2
--| y | 2 | NULL
--| y | 8 | 2
--| z | 5 | NULL
