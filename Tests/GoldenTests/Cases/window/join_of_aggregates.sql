-- A window join of two aggregations by window.
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
CREATE VIEW aa AS SELECT k, window_start AS s, window_end AS e, window_time AS t, COUNT(*) AS n, SUM(v) AS total FROM TABLE(
  HOP(TABLE a, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end, window_time;
CREATE VIEW ab AS SELECT k, window_start AS s, window_end AS e, window_time AS t, COUNT(*) AS n, MAX(w) AS w FROM TABLE(
  HOP(TABLE b, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end, window_time;

SELECT aa.k, aa.n, ab.n, total, w, aa.s, ab.e FROM aa FULL JOIN ab ON aa.k = ab.k AND aa.s = ab.s AND aa.e = ab.e;
--| NULL | 1 | NULL | 4 | NULL | 2024-01-01 00:00:00.000 | NULL
--| NULL | 1 | NULL | 4 | NULL | 2024-01-01 00:00:05.000 | NULL
--| NULL | NULL | 1 | NULL | 1 | NULL | 2024-01-01 00:00:15.000
--| NULL | NULL | 1 | NULL | 1 | NULL | 2024-01-01 00:00:20.000
--| NULL | NULL | 1 | NULL | 4 | NULL | 2024-01-01 00:00:10.000
--| NULL | NULL | 1 | NULL | 4 | NULL | 2024-01-01 00:00:15.000
--| NULL | NULL | 1 | NULL | 7 | NULL | 2024-01-01 00:00:25.000
--| NULL | NULL | 1 | NULL | 7 | NULL | 2024-01-01 00:00:30.000
--| NULL | NULL | 1 | NULL | 9 | NULL | 2024-01-01 00:00:25.000
--| NULL | NULL | 1 | NULL | NULL | NULL | 2024-01-01 00:00:25.000
--| NULL | NULL | 2 | NULL | 8 | NULL | 2024-01-01 00:00:45.000
--| x | 1 | 1 | NULL | 9 | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000
--| x | 1 | 2 | 8 | 8 | 2024-01-01 00:00:30.000 | 2024-01-01 00:00:40.000
--| x | 1 | NULL | 8 | NULL | 2024-01-01 00:00:25.000 | NULL
--| x | 2 | 1 | 4 | 2 | 2023-12-31 23:59:55.000 | 2024-01-01 00:00:05.000
--| x | 2 | 1 | 6 | 4 | 2024-01-01 00:00:05.000 | 2024-01-01 00:00:15.000
--| x | 3 | 2 | 10 | 4 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000
--| y | 1 | NULL | 2 | NULL | 2023-12-31 23:59:55.000 | NULL
--| y | 1 | NULL | 2 | NULL | 2024-01-01 00:00:00.000 | NULL
--| y | 1 | NULL | 7 | NULL | 2024-01-01 00:00:25.000 | NULL
--| y | 1 | NULL | 7 | NULL | 2024-01-01 00:00:30.000 | NULL
--| z | 1 | 1 | 5 | NULL | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000
--| z | 1 | NULL | 5 | NULL | 2024-01-01 00:00:05.000 | NULL
