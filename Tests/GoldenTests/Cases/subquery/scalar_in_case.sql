-- Subqueries in CASE.
CREATE TABLE t (k INT, v INT) WITH ('connector' = 'rows');
--| 1 | 10
--| 2 | 20
--| 2 | 5
--| 3 | NULL
--| NULL | 10
--| 4 | 40
CREATE TABLE u (k INT, w INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1 | 10
--| +I 1 | 11
--| +I 3 | 25
--| +I 2 | 99
--| -U 3 | 25
--| +U 3 | 30
--| +I 5 | NULL
--| -D 2 | 99
--| +I NULL | 7

SELECT k, CASE WHEN v > (SELECT MIN(w) FROM u) THEN 'more' ELSE 'no more' END FROM t;
--| 1 | more
--| 2 | more
--| 2 | no more
--| 3 | no more
--| 4 | more
--| NULL | more
