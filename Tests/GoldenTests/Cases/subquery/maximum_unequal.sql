-- A maximum of what is greater than a value, of the same key.
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

SELECT k, v, (SELECT MAX(w) FROM b WHERE b.k = a.k AND b.w > a.v) AS n FROM a;
--| NULL | 4 | NULL
--| x | 1 | 4
--| x | 5 | NULL
--| y | 3 | NULL
--| z | NULL | NULL
