-- Where nothing is aggregated there is a row as well, whose COUNT is 0.
-- flink: no, because it forgets that row (CALCITE-7010)
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

SELECT a, b FROM n WHERE NOT EXISTS (SELECT COUNT(*) FROM m WHERE m.a = n.a HAVING COUNT(*) < 2);
--| 1 | 10
--| 1 | 10
