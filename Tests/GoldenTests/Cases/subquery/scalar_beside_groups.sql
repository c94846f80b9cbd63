-- Subqueries as values beside aggregates, one of them tied to the key.
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

SELECT k, SUM(v), (SELECT MAX(w) FROM u), (SELECT MAX(w) FROM u WHERE u.k = t.k) FROM t GROUP BY k;
--| 1 | 10 | 30 | 11
--| 2 | 25 | 30 | NULL
--| 3 | NULL | 30 | 30
--| 4 | 40 | 30 | NULL
--| NULL | 10 | 30 | NULL
