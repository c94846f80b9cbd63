-- IN within IN.
CREATE TABLE l (id INT, k INT) WITH ('connector' = 'rows');
--| 1 | 1
--| 2 | 2
--| 3 | 3
--| 4 | 4
--| 5 | NULL
--| 6 | 2
CREATE TABLE r (k INT, v INT) WITH ('connector' = 'rows');
--| 2    | 10
--| 4    | 20
--| 6    | 30
--| NULL | 40
--| 4    | 50

SELECT id FROM l WHERE id IN (SELECT v / 10 FROM r WHERE r.k IN (SELECT k FROM l));
--| 1
--| 2
--| 5
