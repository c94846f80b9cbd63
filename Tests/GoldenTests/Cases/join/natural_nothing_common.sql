-- NATURAL without a column in common is a cross join.
CREATE TABLE t (k INT, v INT) WITH ('connector' = 'rows');
--| 1 | 10
--| 2 | 20
--| 2 | 5
--| 3 | NULL
--| NULL | 10
--| 4 | 40

SELECT * FROM t NATURAL JOIN (SELECT 1 AS n) AS q;
