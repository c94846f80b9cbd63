-- A value that HAVING may take away.
CREATE TABLE n (a INT, b INT, s STRING) WITH ('connector' = 'rows');
--| 1 | 10 | x
--| 2 | NULL | y
--| NULL | 30 | NULL
--| 2 | 20 | ''
--| 3 | 10 | x
--| NULL | NULL | z
--| 1 | 10 | x

CREATE TABLE m (a INT, c INT) WITH ('connector' = 'rows');
--| 1 | 10
--| 2 | NULL
--| NULL | 5
--| 4 | 10
--| 1 | 12

SELECT a, b, (SELECT SUM(c) FROM m WHERE m.a = n.a HAVING COUNT(*) > 1) FROM n;
--| 1 | 10 | 22
--| 1 | 10 | 22
--| 2 | 20 | NULL
--| 2 | NULL | NULL
--| 3 | 10 | NULL
--| NULL | 30 | NULL
--| NULL | NULL | NULL
