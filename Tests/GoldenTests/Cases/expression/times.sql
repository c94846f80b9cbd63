-- Parts of times, and arithmetic with intervals.
-- flink: no, it rounds times before 1970 towards zero: CAST(TIMESTAMP '1969-12-31 23:00:00' AS DATE) is 1970-01-01
CREATE TABLE t (id INT, ts TIMESTAMP(3), d DATE) WITH ('connector' = 'rows');
--| 1 | 2024-02-29 23:59:59.999 | 2024-02-29
--| 2 | 1969-12-31 23:00:00     | 1969-12-31
--| 3 | NULL                    | NULL
--| 4 | 2023-01-01 00:00:00     | 2023-01-01

SELECT id, EXTRACT(YEAR FROM ts), EXTRACT(MONTH FROM d), EXTRACT(DAY FROM ts), EXTRACT(HOUR FROM ts), ts + INTERVAL
  '1' DAY, d + INTERVAL '1' MONTH, ts - INTERVAL '1' SECOND FROM t;
--| 1 | 2024 | 2 | 29 | 23 | 2024-03-01 23:59:59.999 | 2024-03-29 | 2024-02-29 23:59:58.999
--| 2 | 1969 | 12 | 31 | 23 | 1970-01-01 23:00:00.000 | 1970-01-31 | 1969-12-31 22:59:59.000
--| 3 | NULL | NULL | NULL | NULL | NULL | NULL | NULL
--| 4 | 2023 | 1 | 1 | 0 | 2023-01-02 00:00:00.000 | 2023-02-01 | 2022-12-31 23:59:59.000
