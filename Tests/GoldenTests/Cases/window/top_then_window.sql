-- A window over the results of a window Top-N, by window_time.
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
CREATE VIEW ta AS SELECT * FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '10' SECOND));
CREATE VIEW best AS SELECT v, window_time AS t FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY v DESC) AS rn
  FROM ta) WHERE rn <= 2;

SELECT window_start, COUNT(*), SUM(v) FROM TABLE(TUMBLE(TABLE best, DESCRIPTOR(t), INTERVAL '20' SECOND)) GROUP BY window_start, window_end;
--| 2024-01-01 00:00:00.000 | 4 | 15
--| 2024-01-01 00:00:20.000 | 2 | 15
