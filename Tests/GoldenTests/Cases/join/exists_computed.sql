-- EXISTS tied by a sum of both sides.
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
WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.w + a.v > 5);
--| x | 5
--| y | 3
