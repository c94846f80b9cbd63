-- ORDER BY event time on a stream gives all rows that are not late.
CREATE TABLE t (k INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
--| 1 | 2024-01-01 00:00:03.000
--| 2 | 2024-01-01 00:00:01.000
--| 3 | 2024-01-01 00:00:02.000

SELECT k FROM t ORDER BY ts, k DESC;
--| 1
--| 2
--| 3
