-- A value of the query around it in an aggregate and in an inequality.
-- flink: no, because it adds up rows of other values of v as well
CREATE TABLE a (k STRING, v INT) WITH ('connector' = 'rows');
--| x    | 1
--| x    | 4
--| x    | NULL
--| y    | 3
--| NULL | 1
--| w    | 2
--| z    | 1

CREATE TABLE b (k STRING, w INT, z INT) WITH ('connector' = 'rows');
--| x    | 2    | 1
--| x    | 4    | 1
--| y    | NULL | 1
--| NULL | 1    | 2
--| y    | 3    | 2
--| x    | 4    | 2
--| z    | 1    | 1

SELECT k, v, (SELECT SUM(b.w - a.v) FROM b WHERE b.w > a.v) AS s FROM a;
--| NULL | 1 | 9
--| w | 2 | 5
--| x | 1 | 9
--| x | 4 | NULL
--| x | NULL | NULL
--| y | 3 | 2
--| z | 1 | 9
