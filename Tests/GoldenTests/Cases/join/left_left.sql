-- Two left joins in a row.
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

SELECT a.id, r.v, b.id FROM l a LEFT JOIN r ON a.k = r.k LEFT JOIN l b ON b.id = r.v / 10;
--| 1 | NULL | NULL
--| 2 | 10 | 1
--| 3 | NULL | NULL
--| 4 | 20 | 2
--| 4 | 50 | 5
--| 5 | NULL | NULL
--| 6 | 10 | 1
