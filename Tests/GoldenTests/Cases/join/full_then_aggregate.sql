-- An aggregate over a full join.
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

SELECT l.id IS NULL, r.v IS NULL, COUNT(*) FROM l FULL JOIN r ON l.k = r.k GROUP BY l.id IS NULL, r.v IS NULL;
--| FALSE | FALSE | 4
--| FALSE | TRUE | 3
--| TRUE | FALSE | 2
