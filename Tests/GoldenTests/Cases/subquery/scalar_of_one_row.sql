-- A subquery as a value that happens to give one row.
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

SELECT k, v - (SELECT w FROM u WHERE w = 10) FROM t;
--| 1 | 0
--| 2 | -5
--| 2 | 10
--| 3 | NULL
--| 4 | 30
--| NULL | 0
