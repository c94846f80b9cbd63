-- NATURAL LEFT JOIN, one column of each side in common.
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

SELECT * FROM t NATURAL LEFT JOIN u;
--| 1 | 10 | 10
--| 1 | 10 | 11
--| 2 | 20 | NULL
--| 2 | 5 | NULL
--| 3 | NULL | 30
--| 4 | 40 | NULL
--| NULL | 10 | NULL
