-- An outer interval join gives a row without a match once its bound has passed, and never takes it back.
CREATE TABLE o (id INT, k INT, t TIMESTAMP(3), WATERMARK FOR t AS t - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
--| 1 | 1    | 2024-01-01 10:00:00.000
--| 2 | 1    | 2024-01-01 10:00:10.000
--| 3 | 2    | 2024-01-01 10:00:12.000
--| 4 | NULL | 2024-01-01 10:00:13.000
--| 5 | 2    | 2024-01-01 10:05:00.000
--| 6 | 3    | 2024-01-01 10:06:00.000
CREATE TABLE s (k INT, n INT, u TIMESTAMP(3), WATERMARK FOR u AS u - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
--| 1    | 10 | 2024-01-01 10:00:00.000
--| 1    | 11 | 2024-01-01 10:00:15.000
--| 1    | 12 | 2024-01-01 10:00:30.001
--| NULL | 13 | 2024-01-01 10:00:31.000
--| 2    | 14 | 2024-01-01 10:00:32.000
--| 2    | 16 | 2024-01-01 10:05:20.000
--| 3    | 15 | 2024-01-01 10:05:59.999
--| 3    | 17 | 2024-01-01 10:06:20.000

SELECT o.id, s.n FROM o LEFT JOIN s ON o.k = s.k AND s.u BETWEEN o.t AND o.t + INTERVAL '15' SECOND AND s.n > 10;
--| 1 | 11
--| 2 | 11
--| 3 | NULL
--| 4 | NULL
--| 5 | NULL
--| 6 | NULL
