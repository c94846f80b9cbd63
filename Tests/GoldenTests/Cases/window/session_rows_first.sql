-- The first row of each session; of equal times the one that came first.
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

SELECT k, v, window_start, window_end FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k, window_start, window_end ORDER BY ts) AS rn
  FROM s) WHERE rn = 1 AND k IS NOT NULL;
--| x | 1 | 2024-01-01 00:00:01.000 | 2024-01-01 00:00:08.000
--| x | 10 | 2024-01-01 00:00:29.000 | 2024-01-01 00:00:34.000
--| x | 6 | 2024-01-01 00:00:08.001 | 2024-01-01 00:00:23.000
--| x | 9 | 2024-01-01 00:00:35.000 | 2024-01-01 00:00:40.000
--| y | 11 | 2024-01-01 00:00:27.000 | 2024-01-01 00:00:36.000
--| y | 2 | 2024-01-01 00:00:04.000 | 2024-01-01 00:00:09.000
--| z | 5 | 2024-01-01 00:00:12.000 | 2024-01-01 00:00:17.000
