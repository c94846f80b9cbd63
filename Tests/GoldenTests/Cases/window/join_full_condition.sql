-- A full window join: a row whose pairs all fail the condition stands alone.
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

SELECT ta.k, v, tb.k, w, ta.window_start, tb.window_end FROM ta FULL JOIN tb ON ta.window_start = tb.window_start AND ta.window_end = tb.window_end AND ta.k = tb.k AND v + 1 < w;
--| NULL | 4 | NULL | NULL | 2024-01-01 00:00:00.000 | NULL
--| NULL | NULL | NULL | 4 | NULL | 2024-01-01 00:00:10.000
--| NULL | NULL | x | 2 | NULL | 2024-01-01 00:00:10.000
--| NULL | NULL | x | 8 | NULL | 2024-01-01 00:00:40.000
--| NULL | NULL | x | 8 | NULL | 2024-01-01 00:00:40.000
--| NULL | NULL | x | 9 | NULL | 2024-01-01 00:00:20.000
--| NULL | NULL | y | 1 | NULL | 2024-01-01 00:00:20.000
--| NULL | NULL | y | 7 | NULL | 2024-01-01 00:00:30.000
--| NULL | NULL | z | NULL | NULL | 2024-01-01 00:00:20.000
--| x | 1 | x | 4 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000
--| x | 3 | NULL | NULL | 2024-01-01 00:00:00.000 | NULL
--| x | 6 | NULL | NULL | 2024-01-01 00:00:00.000 | NULL
--| x | 8 | NULL | NULL | 2024-01-01 00:00:30.000 | NULL
--| x | NULL | NULL | NULL | 2024-01-01 00:00:10.000 | NULL
--| y | 2 | NULL | NULL | 2024-01-01 00:00:00.000 | NULL
--| y | 7 | NULL | NULL | 2024-01-01 00:00:30.000 | NULL
--| z | 5 | NULL | NULL | 2024-01-01 00:00:10.000 | NULL
