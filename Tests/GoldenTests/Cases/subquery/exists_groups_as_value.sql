-- EXISTS of groups as a value.
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

SELECT k, v, EXISTS (SELECT b.w FROM b WHERE b.k = a.k GROUP BY b.w HAVING COUNT(*) > 1) AS e FROM a;
--| NULL | 1 | FALSE
--| w | 2 | FALSE
--| x | 1 | TRUE
--| x | 4 | TRUE
--| x | NULL | TRUE
--| y | 3 | FALSE
--| z | 1 | FALSE
