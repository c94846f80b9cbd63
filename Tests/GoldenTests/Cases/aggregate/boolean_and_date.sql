-- MIN and MAX of dates and texts.
CREATE TABLE t (id INT, ts TIMESTAMP(3), d DATE) WITH ('connector' = 'rows');
--| 1 | 2024-02-29 23:59:59.999 | 2024-02-29
--| 2 | 1969-12-31 23:00:00     | 1969-12-31
--| 3 | NULL                    | NULL
--| 4 | 2023-01-01 00:00:00     | 2023-01-01

SELECT MIN(d), MAX(d), MIN(ts), MAX(ts), COUNT(d) FROM t;
--| 1969-12-31 | 2024-02-29 | 1969-12-31 23:00:00.000 | 2024-02-29 23:59:59.999 | 3
