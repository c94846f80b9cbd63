-- Two keys.
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

SELECT a.id, b.id FROM l a LEFT JOIN l b ON a.k = b.k AND a.id = b.id - 4;
--| 1 | NULL
--| 2 | 6
--| 3 | NULL
--| 4 | NULL
--| 5 | NULL
--| 6 | NULL
