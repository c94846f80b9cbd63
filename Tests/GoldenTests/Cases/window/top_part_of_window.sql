-- A Top-N whose keys leave a bound of the window out changes its rows, as one over a table does.
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

SELECT k, v, window_start, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start ORDER BY v DESC NULLS LAST, k) AS rn
  FROM ta) WHERE rn <= 2;
--| NULL | 4 | 2024-01-01 00:00:00.000 | 2
--| x | 6 | 2024-01-01 00:00:00.000 | 1
--| x | 8 | 2024-01-01 00:00:30.000 | 1
--| x | NULL | 2024-01-01 00:00:10.000 | 2
--| y | 7 | 2024-01-01 00:00:30.000 | 2
--| z | 5 | 2024-01-01 00:00:10.000 | 1
