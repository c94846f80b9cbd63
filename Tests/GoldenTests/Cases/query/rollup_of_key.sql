-- ROLLUP leaves its keys out from the right; what is aggregated stays what it is where it is a key as well.
CREATE TABLE t (a INT, b INT) WITH ('connector' = 'rows');
--| 1 | 1
--| 1 | 2
--| 2 | 2

SELECT a, b, SUM(b), COUNT(*) FROM t GROUP BY ROLLUP (a, b) HAVING COUNT(*) > 0;
--| 1    | 1    | 1 | 1
--| 1    | 2    | 2 | 1
--| 2    | 2    | 2 | 1
--| 1    | NULL | 3 | 2
--| 2    | NULL | 2 | 1
--| NULL | NULL | 5 | 3
