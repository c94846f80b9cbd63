-- EXISTS tied by either of two equalities: where one is unknown the other decides.
-- flink: no, because it loses the row whose k is NULL
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
WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k OR b.w = a.v);
--| x | 1
--| x | 5
--| y | 3
--| NULL | 4
