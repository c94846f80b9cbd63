-- A condition on the window stands between a window table function and its aggregation.
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

SELECT window_start, COUNT(*), MIN(v) FROM (SELECT * FROM ta WHERE EXTRACT(SECOND FROM window_start) > 5) GROUP BY window_start, window_end;
--| 2024-01-01 00:00:10.000 | 2 | 5
--| 2024-01-01 00:00:30.000 | 2 | 7
