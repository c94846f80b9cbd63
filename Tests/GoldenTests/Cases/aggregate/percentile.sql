-- A percentile lies between two values in proportion; several of one column are an array. NULL does not count.
CREATE TABLE t (k STRING, v INT, d DOUBLE, w INT) WITH ('connector' = 'rows');
--| a | 1 | 1.5 | 1
--| a | 3 | 2.5 | 2
--| a | 10 | NULL | 3
--| b | NULL | NULL | 1
--| c | 7 | -1.0 | NULL
--| a | 3 | 1e300 | 1
--| d | 5 | 5.0 | 0
--| d | 6 | 6.0 | -2

SELECT k, PERCENTILE(v, 0.5), PERCENTILE(d, 0.3), PERCENTILE(v, ARRAY[0, 0.25, 1.0]) FROM t GROUP BY k;
--| a | 3.0 | 2.1 | [1.0, 2.5, 10.0]
--| b | NULL | NULL | NULL
--| c | 7.0 | -1.0 | [7.0, 7.0, 7.0]
--| d | 5.5 | 5.300000000000001 | [5.0, 5.25, 6.0]
