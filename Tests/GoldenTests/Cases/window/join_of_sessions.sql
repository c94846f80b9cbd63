-- Sessions join where they are the same to the millisecond.
CREATE TABLE a (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
--| x    | 1    | 2024-01-01 00:00:01
--| y    | 2    | 2024-01-01 00:00:04
--| x    | 3    | 2024-01-01 00:00:03
--| NULL | 4    | 2024-01-01 00:00:05
--| z    | 5    | 2024-01-01 00:00:12
--| x    | 6    | 2024-01-01 00:00:09
--| x    | NULL | 2024-01-01 00:00:14
--| y    | 7    | 2024-01-01 00:00:31
--| x    | 8    | 2024-01-01 00:00:35
CREATE TABLE b (k STRING, w INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
--| x    | 2    | 2024-01-01 00:00:02
--| x    | 4    | 2024-01-01 00:00:08
--| NULL | 4    | 2024-01-01 00:00:06
--| y    | 1    | 2024-01-01 00:00:11
--| x    | 9    | 2024-01-01 00:00:19
--| z    | NULL | 2024-01-01 00:00:17
--| y    | 7    | 2024-01-01 00:00:24
--| x    | 8    | 2024-01-01 00:00:35
--| x    | 8    | 2024-01-01 00:00:35
CREATE VIEW sa AS SELECT k, window_start AS s, window_end AS e, COUNT(*) AS n FROM TABLE(
  SESSION(TABLE a PARTITION BY k, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY k, window_start, window_end;
CREATE VIEW sb AS SELECT k, window_start AS s, window_end AS e, COUNT(*) AS n FROM TABLE(
  SESSION(TABLE b PARTITION BY k, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY k, window_start, window_end;

SELECT sa.k, sa.n, sb.n, sa.s, sb.e FROM sa LEFT JOIN sb ON sa.k = sb.k AND sa.s = sb.s AND sa.e = sb.e;
--| NULL | 1 | NULL | 2024-01-01 00:00:05.000 | NULL
--| x | 1 | 2 | 2024-01-01 00:00:35.000 | 2024-01-01 00:00:40.000
--| x | 2 | NULL | 2024-01-01 00:00:01.000 | NULL
--| x | 2 | NULL | 2024-01-01 00:00:09.000 | NULL
--| y | 1 | NULL | 2024-01-01 00:00:04.000 | NULL
--| y | 1 | NULL | 2024-01-01 00:00:31.000 | NULL
--| z | 1 | NULL | 2024-01-01 00:00:12.000 | NULL
