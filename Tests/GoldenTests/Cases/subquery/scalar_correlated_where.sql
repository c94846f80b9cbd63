-- Rows that have the greatest value of their key.
CREATE TABLE t (k INT, v INT) WITH ('connector' = 'rows');
--| 1 | 10
--| 2 | 20
--| 2 | 5
--| 3 | NULL
--| NULL | 10
--| 4 | 40

SELECT k, v FROM t WHERE v = (SELECT MAX(v) FROM t AS o WHERE o.k = t.k);
--| 1 | 10
--| 2 | 20
--| 4 | 40
