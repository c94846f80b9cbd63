-- IN and NOT IN in HAVING.
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
CREATE TABLE s (k INT, v INT, z STRING) WITH ('connector' = 'rows');
--| 1 | 10 | a
--| 2 | 20 | b
--| 9 | 90 | c

SELECT k, SUM(v) FROM t GROUP BY k HAVING SUM(v) IN (SELECT w FROM u) OR k NOT IN (SELECT k FROM s);
--| 1 | 10
--| 3 | NULL
--| 4 | 40
--| NULL | 10
