-- Grouping sets beside a window: each set is emitted once a window.
CREATE TABLE t (k INT, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
--| 1 | 10 | 2024-01-01 00:00:01.000
--| 2 | 20 | 2024-01-01 00:00:02.000
--| 1 | 30 | 2024-01-01 00:00:11.000

SELECT window_start, k, SUM(n) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, GROUPING SETS ((k), ());
--| 2024-01-01 00:00:00.000 | 1    | 10
--| 2024-01-01 00:00:00.000 | 2    | 20
--| 2024-01-01 00:00:00.000 | NULL | 30
--| 2024-01-01 00:00:10.000 | 1    | 30
--| 2024-01-01 00:00:10.000 | NULL | 30
