-- IN and NOT IN as values: NULL where it is not known.
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

SELECT k, v, v IN (SELECT w FROM u), v NOT IN (SELECT w FROM u) FROM t;
--| 1 | 10 | TRUE | FALSE
--| 2 | 20 | NULL | NULL
--| 2 | 5 | NULL | NULL
--| 3 | NULL | NULL | NULL
--| 4 | 40 | NULL | NULL
--| NULL | 10 | TRUE | FALSE
