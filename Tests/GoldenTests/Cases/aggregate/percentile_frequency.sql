-- How often a value counts stands beside it; NULL does not count, and none or fewer is none.
CREATE TABLE t (k STRING, v INT, d DOUBLE, w INT) WITH ('connector' = 'rows');
--| a | 1 | 1.5 | 1
--| a | 3 | 2.5 | 2
--| a | 10 | NULL | 3
--| b | NULL | NULL | 1
--| c | 7 | -1.0 | NULL
--| a | 3 | 1e300 | 1
--| d | 5 | 5.0 | 0
--| d | 6 | 6.0 | -2

SELECT k, PERCENTILE(v, 0.5, w) FROM t GROUP BY k;
--| a | 3.0
--| b | NULL
--| c | NULL
--| d | NULL
