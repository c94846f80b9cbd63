-- Numbers begin at 1: where a condition from outside asks for another one, there is no row.
-- flink: no, it refuses numbers below 1
CREATE TABLE t (k INT, v INT) WITH ('connector' = 'rows');
--| 1 | 10
--| 1 | 20
--| 2 | 30

SELECT k, v FROM (SELECT k, v, n FROM (SELECT k, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v) AS n FROM t) WHERE n <= 1) WHERE n = 0;
