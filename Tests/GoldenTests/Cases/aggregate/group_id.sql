-- GROUP_ID tells equal grouping sets apart, GROUPING_ID different ones.
CREATE TABLE t (k STRING, v INT, d DOUBLE, w INT) WITH ('connector' = 'rows');
--| a | 1 | 1.5 | 1
--| a | 3 | 2.5 | 2
--| a | 10 | NULL | 3
--| b | NULL | NULL | 1
--| c | 7 | -1.0 | NULL
--| a | 3 | 1e300 | 1
--| d | 5 | 5.0 | 0
--| d | 6 | 6.0 | -2

SELECT k, GROUP_ID(), GROUPING(k), COUNT(*) FROM t GROUP BY GROUPING SETS ((k), ROLLUP(k), ());
--| NULL | 0 | 1 | 8
--| NULL | 1 | 1 | 8
--| a | 0 | 0 | 4
--| a | 1 | 0 | 4
--| b | 0 | 0 | 1
--| b | 1 | 0 | 1
--| c | 0 | 0 | 1
--| c | 1 | 0 | 1
--| d | 0 | 0 | 2
--| d | 1 | 0 | 2
