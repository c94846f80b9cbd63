-- INTERSECT keeps one of each row that both sides have; NULL equals NULL.
CREATE TABLE l (a INT, b STRING) WITH ('connector' = 'rows');
--| 1    | x
--| 1    | x
--| 2    | NULL
--| NULL | NULL
--| 3    | z
CREATE TABLE r (a INT, b STRING) WITH ('connector' = 'rows');
--| 1    | x
--| 2    | NULL
--| NULL | NULL
--| NULL | NULL
--| 3    | y

SELECT a, b FROM l INTERSECT SELECT a, b FROM r;
--| 1    | x
--| 2    | NULL
--| NULL | NULL
