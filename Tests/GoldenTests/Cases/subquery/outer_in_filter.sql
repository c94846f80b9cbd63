-- A condition of an aggregate on the query around it.
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

SELECT k, v, (SELECT COUNT(*) FILTER (WHERE b.w > a.v) FROM b WHERE b.k = a.k) AS n FROM a;
--| NULL | 1 | 0
--| w | 2 | 0
--| x | 1 | 3
--| x | 4 | 0
--| x | NULL | 0
--| y | 3 | 0
--| z | 1 | 0
