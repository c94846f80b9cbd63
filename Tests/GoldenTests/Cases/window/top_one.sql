-- The first row of each hopping window; where rows are equal in the order the first that came.
CREATE TABLE a (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
--| x    | 1    | 2024-01-01 00:00:01
--| y    | 2    | 2024-01-01 00:00:04
--| x    | 3    | 2024-01-01 00:00:03
--| NULL | 4    | 2024-01-01 00:00:05
--| z    | 5    | 2024-01-01 00:00:12
--| x    | 6    | 2024-01-01 00:00:09
--| x    | NULL | 2024-01-01 00:00:14
--| y    | 7    | 2024-01-01 00:00:31
--| x    | 8    | 2024-01-01 00:00:33
CREATE VIEW ta AS SELECT * FROM TABLE(HOP(TABLE a, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND));

SELECT k, v, window_start, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_end, window_start ORDER BY v DESC, k) AS rn
  FROM ta) WHERE rn = 1;
--| x | 3 | 2023-12-31 23:59:55.000 | 1
--| x | 6 | 2024-01-01 00:00:00.000 | 1
--| x | 6 | 2024-01-01 00:00:05.000 | 1
--| x | 8 | 2024-01-01 00:00:25.000 | 1
--| x | 8 | 2024-01-01 00:00:30.000 | 1
--| z | 5 | 2024-01-01 00:00:10.000 | 1
