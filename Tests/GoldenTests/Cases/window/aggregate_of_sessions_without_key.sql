-- Sessions aggregated without their key: several keys may have the same.
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
CREATE VIEW sa AS SELECT k, window_start AS s, window_end AS e, COUNT(*) AS n FROM TABLE(
  SESSION(TABLE a PARTITION BY k, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY k, window_start, window_end;

SELECT s, e, MAX(n), COUNT(*) FROM sa GROUP BY s, e;
--| 2024-01-01 00:00:01.000 | 2024-01-01 00:00:08.000 | 2 | 1
--| 2024-01-01 00:00:04.000 | 2024-01-01 00:00:09.000 | 1 | 1
--| 2024-01-01 00:00:05.000 | 2024-01-01 00:00:10.000 | 1 | 1
--| 2024-01-01 00:00:09.000 | 2024-01-01 00:00:19.000 | 2 | 1
--| 2024-01-01 00:00:12.000 | 2024-01-01 00:00:17.000 | 1 | 1
--| 2024-01-01 00:00:31.000 | 2024-01-01 00:00:36.000 | 1 | 1
--| 2024-01-01 00:00:33.000 | 2024-01-01 00:00:38.000 | 1 | 1
