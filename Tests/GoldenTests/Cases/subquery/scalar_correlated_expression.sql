-- Tied by an expression, and computed with.
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

SELECT k, (SELECT MAX(w) * 2 FROM u WHERE u.k = t.k + 1) + 1 FROM t;
--| 1 | NULL
--| 2 | 61
--| 2 | 61
--| 3 | NULL
--| 4 | NULL
--| NULL | NULL
