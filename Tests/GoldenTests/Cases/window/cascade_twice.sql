-- Windows over windows over windows, by window_time.
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
CREATE VIEW five AS SELECT window_time AS t, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end, window_time;
CREATE VIEW ten AS SELECT window_time AS t, SUM(n) AS n FROM TABLE(TUMBLE(TABLE five, DESCRIPTOR(t), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, window_time;

SELECT window_start, window_end, SUM(n), COUNT(*) FROM TABLE(HOP(TABLE ten, DESCRIPTOR(t), INTERVAL '10' SECOND, INTERVAL '20' SECOND)) GROUP BY window_start, window_end;
--| 2023-12-31 23:59:50.000 | 2024-01-01 00:00:10.000 | 5 | 1
--| 2024-01-01 00:00:00.000 | 2024-01-01 00:00:20.000 | 7 | 2
--| 2024-01-01 00:00:10.000 | 2024-01-01 00:00:30.000 | 2 | 1
--| 2024-01-01 00:00:20.000 | 2024-01-01 00:00:40.000 | 2 | 1
--| 2024-01-01 00:00:30.000 | 2024-01-01 00:00:50.000 | 2 | 1
