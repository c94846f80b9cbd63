-- Grouping sets: a key that a set leaves out is NULL, and GROUPING tells it from a key that is NULL.
CREATE TABLE sales (shop STRING, item STRING, n INT) WITH ('connector' = 'rows');
--| a    | x | 1
--| a    | y | 2
--| b    | x | 3
--| NULL | x | 4

SELECT shop, item, SUM(n), GROUPING(shop), GROUPING_ID(shop, item) FROM sales GROUP BY GROUPING SETS ((shop), (item), ());
--| a    | NULL | 3  | 0 | 1
--| b    | NULL | 3  | 0 | 1
--| NULL | NULL | 4  | 0 | 1
--| NULL | x    | 8  | 1 | 2
--| NULL | y    | 2  | 1 | 2
--| NULL | NULL | 10 | 1 | 3
