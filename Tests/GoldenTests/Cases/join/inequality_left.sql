-- A left join by '<' alone: a row stands alone until something is greater.
CREATE TABLE a (x INT, u STRING) WITH ('connector' = 'rows');
--| 1    | p
--| 2    | q
--| 3    | q
--| NULL | r
CREATE TABLE b (y INT, v STRING) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1    | k
--| +I 2    | l
--| +I 2    | l
--| -D 1    | k
--| +I NULL | m
--| -U 2    | l
--| +U 3    | n

SELECT a.x, b.v FROM a LEFT JOIN b ON a.x < b.y;
--| 1    | l
--| 1    | n
--| 2    | n
--| 3    | NULL
--| NULL | NULL
