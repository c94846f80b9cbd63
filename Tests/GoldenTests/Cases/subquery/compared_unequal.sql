-- A value compared with a minimum of what is less.
CREATE TABLE a (k STRING, v INT) WITH ('connector' = 'rows');
--| x | 1
--| x | 5
--| y | 3
--| NULL | 4
--| z | NULL

CREATE TABLE b (k STRING, w INT) WITH ('connector' = 'rows');
--| x | 2
--| x | 4
--| y | NULL
--| NULL | 1
--| y | 3

SELECT k, v FROM a
WHERE v > (SELECT MIN(w) FROM b WHERE b.k = a.k AND b.w < a.v);
--| x | 5
