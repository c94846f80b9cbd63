-- A subquery as a value, tied to the row by a key; COUNT of nothing is 0, MAX is NULL.
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

SELECT k, (SELECT MAX(w) FROM u WHERE u.k = t.k), (SELECT COUNT(*) FROM u WHERE u.k = t.k) FROM t;
--| 1 | 11 | 2
--| 2 | NULL | 0
--| 2 | NULL | 0
--| 3 | 30 | 1
--| 4 | NULL | 0
--| NULL | NULL | 0
