-- NOT IN beside OR: what is not known is not TRUE.
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

SELECT k, v FROM t WHERE v NOT IN (SELECT w FROM u) OR k = 3;
--| 3 | NULL
