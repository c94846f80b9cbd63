-- Rows that stand in the query, literals and computed ones, beside those of a table.
-- flink: no, because it takes no WHERE without FROM
CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'rows');
--| 1 | one
--| 9 | NULL

SELECT a, b FROM (VALUES (1, 'x'), (ABS(-2), UPPER('y')), (CAST(NULL AS INT), 'z')) AS v(a, b)
UNION ALL SELECT a, b FROM t
UNION ALL SELECT 5, 'five' WHERE 1 < 2
UNION ALL SELECT 6, 'six' WHERE 1 > 2;
--| 1    | x
--| 2    | Y
--| NULL | z
--| 1    | one
--| 9    | NULL
--| 5    | five
