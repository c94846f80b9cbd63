-- An aggregation without keys always has a row.
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

SELECT k FROM t WHERE EXISTS (SELECT MAX(w) FROM u WHERE u.k = t.k);
--| 1
--| 2
--| 2
--| 3
--| 4
--| NULL
