-- EXCEPT ALL of two aggregations, whose results come and go.
CREATE TABLE l (k INT) WITH ('connector' = 'rows');
--| 1
--| 1
--| 2
--| 3
--| 3
--| NULL
CREATE TABLE r (k INT) WITH ('connector' = 'rows');
--| 1
--| 4
--| 4

SELECT COUNT(*) AS n FROM l GROUP BY k EXCEPT ALL SELECT COUNT(*) FROM r GROUP BY k;
--| 2
--| 1
