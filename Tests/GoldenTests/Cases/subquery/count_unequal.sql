-- A count that is tied by an inequality is 0 where nothing fits.
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

SELECT k, v, (SELECT COUNT(*) FROM b WHERE b.k = a.k AND b.w > a.v) AS n FROM a;
--| NULL | 4 | 0
--| x | 1 | 2
--| x | 5 | 0
--| y | 3 | 0
--| z | NULL | 0
