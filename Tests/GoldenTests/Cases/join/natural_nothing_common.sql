-- NATURAL without a column in common is a cross join.
CREATE TABLE t (k INT, v INT) WITH ('connector' = 'rows');
--| 1 | 10
--| 2 | 20
--| 2 | 5
--| 3 | NULL
--| NULL | 10
--| 4 | 40

SELECT * FROM t NATURAL JOIN (SELECT 1 AS n) AS q;
--| 1 | 10 | 1
--| 2 | 20 | 1
--| 2 | 5 | 1
--| 3 | NULL | 1
--| 4 | 40 | 1
--| NULL | 10 | 1
