-- A value of the query around it beside an aggregate.
-- flink: no, because it takes no value of the query around it beside an aggregate
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

SELECT k, v, (SELECT a.v + MAX(b.w) FROM b WHERE b.k = a.k) AS m FROM a;
--| NULL | 1 | NULL
--| w | 2 | NULL
--| x | 1 | 5
--| x | 4 | 8
--| x | NULL | NULL
--| y | 3 | 6
--| z | 1 | 2
