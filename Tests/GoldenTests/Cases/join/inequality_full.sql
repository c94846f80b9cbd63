-- A full join without an equality keeps what matches nothing on both sides.
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

SELECT a.x, b.v FROM a FULL JOIN b ON a.x > b.y;
--| 1    | NULL
--| 2    | NULL
--| 3    | l
--| NULL | NULL
--| NULL | m
--| NULL | n
