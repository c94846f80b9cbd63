-- ANY of an aggregate by groups.
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

SELECT k, v FROM a WHERE v < ANY (SELECT SUM(w) FROM b WHERE b.k = a.k GROUP BY b.z);
--| x | 1
--| x | 4
