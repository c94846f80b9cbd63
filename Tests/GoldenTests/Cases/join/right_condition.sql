-- RIGHT JOIN with a condition beyond the equality.
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

SELECT l.id, r.v FROM l RIGHT JOIN r ON l.k = r.k AND r.v > 10 AND l.id < 6;
--| 4 | 20
--| 4 | 50
--| NULL | 10
--| NULL | 30
--| NULL | 40
