-- The first row of each window and key by time; of equal times the one that came first.
-- splits: 1
CREATE TABLE a (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
--| x    | 1    | 2024-01-01 00:00:01
--| y    | 2    | 2024-01-01 00:00:04
--| x    | 3    | 2024-01-01 00:00:01
--| NULL | 4    | 2024-01-01 00:00:05
--| z    | 5    | 2024-01-01 00:00:12
--| x    | 6    | 2024-01-01 00:00:09
--| x    | NULL | 2024-01-01 00:00:14
--| y    | 7    | 2024-01-01 00:00:31
--| x    | 8    | 2024-01-01 00:00:33
CREATE VIEW ta AS SELECT * FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '10' SECOND));

SELECT k, v, ts, window_end FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY ts) AS rn
  FROM ta) WHERE rn = 1;
--| NULL | 4 | 2024-01-01 00:00:05.000 | 2024-01-01 00:00:10.000
--| x | 1 | 2024-01-01 00:00:01.000 | 2024-01-01 00:00:10.000
--| x | 8 | 2024-01-01 00:00:33.000 | 2024-01-01 00:00:40.000
--| x | NULL | 2024-01-01 00:00:14.000 | 2024-01-01 00:00:20.000
--| y | 2 | 2024-01-01 00:00:04.000 | 2024-01-01 00:00:10.000
--| y | 7 | 2024-01-01 00:00:31.000 | 2024-01-01 00:00:40.000
--| z | 5 | 2024-01-01 00:00:12.000 | 2024-01-01 00:00:20.000
