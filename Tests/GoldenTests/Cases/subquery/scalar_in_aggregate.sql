-- A subquery within an aggregate, and one as a key.
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

SELECT COUNT(*), SUM(v + (SELECT MIN(w) FROM u)) FROM t GROUP BY v > (SELECT MIN(w) FROM u);
--| 1 | 12
--| 1 | NULL
--| 4 | 108
