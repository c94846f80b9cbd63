-- An inline table is joined as any other.
CREATE TABLE t (k INT, n INT) WITH ('connector' = 'rows');
--| 1    | 10
--| 2    | 20
--| 2    | 21
--| NULL | 30
--| 7    | 70

SELECT name, SUM(n) FROM t JOIN (VALUES (1, 'a'), (2, 'b'), (3, 'c')) AS names(id, name) ON t.k = names.id GROUP BY name;
--| a | 10
--| b | 41
