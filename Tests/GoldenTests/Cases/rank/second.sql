-- The second of each key: both are kept, the first to know which it is.
CREATE TABLE t (k INT, v INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1 | 10
--| +I 1 | 20
--| +I 2 | 30
--| +I 1 | 15
--| -D 1 | 10
--| +I 2 | 30
--| +I 3 | 5

SELECT k, v FROM (SELECT k, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v) AS n FROM t) WHERE n = 2;
--| 1 | 20
--| 2 | 30
