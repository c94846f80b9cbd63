-- USING of a full join: the column is that of the side that is there.
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

SELECT k, v, w FROM t FULL JOIN u USING (k);
--| 1 | 10 | 10
--| 1 | 10 | 11
--| 2 | 20 | NULL
--| 2 | 5 | NULL
--| 3 | NULL | 30
--| 4 | 40 | NULL
--| 5 | NULL | NULL
--| NULL | 10 | NULL
--| NULL | NULL | 7
