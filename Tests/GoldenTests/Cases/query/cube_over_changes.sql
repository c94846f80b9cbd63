-- CUBE over an input that changes: the sets of a row that is taken back shrink, and go when they are empty.
CREATE TABLE t (a INT, b INT, n INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I | 1 | 1 | 10
--| +I | 1 | 2 | 20
--| -U | 1 | 1 | 10
--| +U | 2 | 2 | 11
--| +I | 3 | 3 | 5
--| -D | 3 | 3 | 5

SELECT a, b, SUM(n) FROM t GROUP BY CUBE (a, b);
--| 1    | 2    | 20
--| 2    | 2    | 11
--| 1    | NULL | 20
--| 2    | NULL | 11
--| NULL | 2    | 31
--| NULL | NULL | 31
