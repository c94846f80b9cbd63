-- A percentage is at most one, which is seen before the job runs.
CREATE TABLE t (v INT) WITH ('connector' = 'rows');
SELECT PERCENTILE(v, ARRAY[0.5, 1.5]) FROM t;
--! line 3, column 22: PERCENTILE takes percentages from 0 to 1, not 1.5; expected 0.5
--!   SELECT PERCENTILE(v, ARRAY[0.5, 1.5]) FROM t;
--!                        ^
