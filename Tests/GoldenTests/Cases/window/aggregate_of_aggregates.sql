-- An aggregation by the window of an aggregation by window; its columns have other names.
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
CREATE VIEW aa AS SELECT k, window_start AS s, window_end AS e, window_time AS t, COUNT(*) AS n, SUM(v) AS total FROM TABLE(
  HOP(TABLE a, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end, window_time;

SELECT s, e, t, MAX(n), COUNT(DISTINCT k), SUM(total) FROM aa WHERE k <> 'z' GROUP BY s, e, t;
--| 2023-12-31 23:59:55.000 | 2024-01-01 00:00:05.000 | 2024-01-01 00:00:04.999 | 2 | 2 | 6
--| 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:09.999 | 3 | 2 | 12
--| 2024-01-01 00:00:05.000 | 2024-01-01 00:00:15.000 | 2024-01-01 00:00:14.999 | 2 | 1 | 6
--| 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000 | 2024-01-01 00:00:19.999 | 1 | 1 | NULL
--| 2024-01-01 00:00:25.000 | 2024-01-01 00:00:35.000 | 2024-01-01 00:00:34.999 | 1 | 2 | 15
--| 2024-01-01 00:00:30.000 | 2024-01-01 00:00:40.000 | 2024-01-01 00:00:39.999 | 1 | 2 | 15
