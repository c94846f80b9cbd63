-- ALL as a value.
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

SELECT k, v, v < ALL (SELECT w FROM u), v <> ALL (SELECT w FROM u), v = ALL (SELECT w FROM u WHERE w IS NOT NULL) FROM t;
--| 1 | 10 | FALSE | FALSE | FALSE
--| 2 | 20 | FALSE | NULL | FALSE
--| 2 | 5 | NULL | NULL | FALSE
--| 3 | NULL | NULL | NULL | NULL
--| 4 | 40 | FALSE | NULL | FALSE
--| NULL | 10 | FALSE | FALSE | FALSE
