-- ANY of values that stand in the query.
CREATE TABLE t (k INT, v INT) WITH ('connector' = 'rows');
--| 1 | 10
--| 2 | 20
--| 2 | 5
--| 3 | NULL
--| NULL | 10
--| 4 | 40

SELECT k, v FROM t WHERE v = ANY (1, 10) OR v > ALL (VALUES 5, 20);
--| 1 | 10
--| 4 | 40
--| NULL | 10
