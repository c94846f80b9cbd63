-- A window join of cumulating windows: they begin together, and each has its own end.
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
CREATE TABLE b (k STRING, w INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
--| x    | 2    | 2024-01-01 00:00:02
--| x    | 4    | 2024-01-01 00:00:08
--| NULL | 4    | 2024-01-01 00:00:06
--| y    | 1    | 2024-01-01 00:00:11
--| x    | 9    | 2024-01-01 00:00:19
--| z    | NULL | 2024-01-01 00:00:17
--| y    | 7    | 2024-01-01 00:00:24
--| x    | 8    | 2024-01-01 00:00:38
--| x    | 8    | 2024-01-01 00:00:35

SELECT x.k, v, w, x.window_start, x.window_end FROM TABLE(CUMULATE(TABLE a, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) x
  JOIN TABLE(CUMULATE(TABLE b, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) y
  ON x.k = y.k AND x.window_start = y.window_start AND x.window_end = y.window_end;
--| x | 1 | 2 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:05.000
--| x | 1 | 2 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000
--| x | 1 | 4 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000
--| x | 3 | 2 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:05.000
--| x | 3 | 2 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000
--| x | 3 | 4 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000
--| x | 6 | 2 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000
--| x | 6 | 4 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000
--| x | 8 | 8 | 2024-01-01 00:00:30.000 | 2024-01-01 00:00:40.000
--| x | 8 | 8 | 2024-01-01 00:00:30.000 | 2024-01-01 00:00:40.000
--| x | NULL | 9 | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000
--| z | 5 | NULL | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000
