-- EXISTS of groups that are not tied to the query around it.
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

SELECT k, v FROM a WHERE EXISTS (SELECT 1 FROM b GROUP BY k HAVING COUNT(*) > 2);
--| NULL | 1
--| w | 2
--| x | 1
--| x | 4
--| x | NULL
--| y | 3
--| z | 1
