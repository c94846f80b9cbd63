-- IN within CASE within an aggregate.
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

SELECT k, SUM(CASE WHEN v IN (SELECT w FROM u) THEN 1 ELSE 0 END) FROM t GROUP BY k;
--| 1 | 1
--| 2 | 0
--| 3 | 0
--| 4 | 0
--| NULL | 1
