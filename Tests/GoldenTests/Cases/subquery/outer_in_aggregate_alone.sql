-- An aggregate that looks at the query around it, and nothing else ties them.
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

SELECT k, v, (SELECT SUM(b.w * a.v) FROM b) AS s FROM a;
--| NULL | 1 | 15
--| w | 2 | 30
--| x | 1 | 15
--| x | 4 | 60
--| x | NULL | NULL
--| y | 3 | 45
--| z | 1 | 15
