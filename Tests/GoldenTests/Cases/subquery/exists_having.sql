-- EXISTS in HAVING by the key.
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

SELECT k, SUM(v) FROM t GROUP BY k HAVING EXISTS (SELECT 1 FROM u WHERE u.k = t.k);
--| 1 | 10
--| 3 | NULL
