-- HAVING compares with an aggregate of another table.
CREATE TABLE t (k INT, v INT) WITH ('connector' = 'rows');
--| 1 | 10
--| 2 | 20
--| 2 | 5
--| 3 | NULL
--| NULL | 10
--| 4 | 40
CREATE TABLE u (k INT, w INT) WITH ('connector' = 'rows');
--| 1 | 10
--| 1 | 11
--| 3 | 30
--| 5 | NULL
--| NULL | 7

SELECT k, SUM(v) FROM t GROUP BY k HAVING SUM(v) > (SELECT MAX(w) FROM u);
--| 4 | 40
