-- The keys with the most rows of each window, as in Nexmark q5.
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

SELECT aa.k, aa.n, aa.e FROM aa JOIN (SELECT MAX(n) AS most, s, e FROM aa GROUP BY s, e) m
  ON aa.s = m.s AND aa.e = m.e AND aa.n >= m.most;
--| x | 1 | 2024-01-01 00:00:20.000
--| x | 1 | 2024-01-01 00:00:35.000
--| x | 1 | 2024-01-01 00:00:40.000
--| x | 2 | 2024-01-01 00:00:05.000
--| x | 2 | 2024-01-01 00:00:15.000
--| x | 3 | 2024-01-01 00:00:10.000
--| y | 1 | 2024-01-01 00:00:35.000
--| y | 1 | 2024-01-01 00:00:40.000
--| z | 1 | 2024-01-01 00:00:20.000
