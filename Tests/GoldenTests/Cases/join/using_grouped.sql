-- GROUP BY the column of USING.
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

SELECT k, COUNT(*) FROM t FULL JOIN u USING (k) GROUP BY k;
--| 1 | 2
--| 2 | 2
--| 3 | 1
--| 4 | 1
--| 5 | 1
--| NULL | 2
