-- A subquery as a value that takes the first row of an order.
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

SELECT k, (SELECT w FROM u ORDER BY w DESC LIMIT 1) FROM t;
--| 1 | 30
--| 2 | 30
--| 2 | 30
--| 3 | 30
--| 4 | 30
--| NULL | 30
