-- Whether IN is known.
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

SELECT k, v FROM t WHERE (v IN (SELECT w FROM u)) IS NOT TRUE;
--| 2 | 20
--| 2 | 5
--| 3 | NULL
--| 4 | 40
