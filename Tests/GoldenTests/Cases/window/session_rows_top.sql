-- The two greatest rows of each session.
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

SELECT k, v, window_start, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k, window_start, window_end ORDER BY v DESC) AS rn
  FROM s WHERE v IS NOT NULL) WHERE rn <= 2;
--| NULL | 13 | 2024-01-01 00:00:05.000 | 1
--| NULL | 4 | 2024-01-01 00:00:05.000 | 2
--| x | 1 | 2024-01-01 00:00:01.000 | 2
--| x | 10 | 2024-01-01 00:00:29.000 | 1
--| x | 3 | 2024-01-01 00:00:01.000 | 1
--| x | 6 | 2024-01-01 00:00:08.001 | 2
--| x | 7 | 2024-01-01 00:00:08.001 | 1
--| x | 9 | 2024-01-01 00:00:35.000 | 1
--| y | 11 | 2024-01-01 00:00:27.000 | 1
--| y | 2 | 2024-01-01 00:00:04.000 | 1
--| y | 8 | 2024-01-01 00:00:27.000 | 2
--| z | 5 | 2024-01-01 00:00:12.000 | 1
