-- Three windows join, one after the other.
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
CREATE VIEW ta AS SELECT * FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '10' SECOND));
CREATE VIEW tb AS SELECT * FROM TABLE(TUMBLE(TABLE b, DESCRIPTOR(ts), INTERVAL '10' SECOND));
CREATE VIEW aa AS SELECT k, window_start AS s, window_end AS e, window_time AS t, COUNT(*) AS n, SUM(v) AS total FROM TABLE(
  TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end, window_time;

SELECT ta.k, v, w, n, e FROM ta JOIN tb ON ta.k = tb.k AND ta.window_start = tb.window_start AND ta.window_end = tb.window_end
  JOIN aa ON aa.k = ta.k AND aa.s = ta.window_start AND aa.e = ta.window_end;
--| x | 1 | 2 | 3 | 2024-01-01 00:00:10.000
--| x | 1 | 4 | 3 | 2024-01-01 00:00:10.000
--| x | 3 | 2 | 3 | 2024-01-01 00:00:10.000
--| x | 3 | 4 | 3 | 2024-01-01 00:00:10.000
--| x | 6 | 2 | 3 | 2024-01-01 00:00:10.000
--| x | 6 | 4 | 3 | 2024-01-01 00:00:10.000
--| x | 8 | 8 | 1 | 2024-01-01 00:00:40.000
--| x | 8 | 8 | 1 | 2024-01-01 00:00:40.000
--| x | NULL | 9 | 1 | 2024-01-01 00:00:20.000
--| z | 5 | NULL | 1 | 2024-01-01 00:00:20.000
