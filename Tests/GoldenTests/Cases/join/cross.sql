-- A cross join pairs every row with every row, also with those that only come to be by changes.
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

SELECT a.x, b.v FROM a CROSS JOIN b WHERE a.x < 3;
--| 1 | l
--| 1 | m
--| 1 | n
--| 2 | l
--| 2 | m
--| 2 | n
