-- Tables behind commas: equalities in WHERE are keys, whatever is between; without one every pair is looked at.
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

SELECT a.x, b.v, c.u FROM a, b, a AS c WHERE a.x = b.y AND c.x < b.y;
--| 2 | l | p
--| 3 | n | p
--| 3 | n | q
