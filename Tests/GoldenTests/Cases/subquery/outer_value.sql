-- A value of both, of at most one row.
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

SELECT k, v, (SELECT DISTINCT b.w + a.v FROM b WHERE b.k = a.k AND b.w = 3) AS s FROM a;
--| NULL | 1 | NULL
--| w | 2 | NULL
--| x | 1 | NULL
--| x | 4 | NULL
--| x | NULL | NULL
--| y | 3 | 6
--| z | 1 | NULL
