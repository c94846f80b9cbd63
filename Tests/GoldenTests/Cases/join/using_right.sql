-- USING of a right join.
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

SELECT * FROM t RIGHT JOIN u USING (k);
--| 1 | 10 | 10
--| 1 | 10 | 11
--| 3 | NULL | 30
--| 5 | NULL | NULL
--| NULL | NULL | 7
