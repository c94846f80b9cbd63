-- Sums, counts and averages by key; NULLs are not counted, and are a key.
CREATE TABLE sales (item STRING, price INT) WITH ('connector' = 'rows');
--| apple | 3
--| pear  | NULL
--| apple | 4
--| NULL  | 10
--| pear  | 5
--| NULL  | -2
--| plum  | NULL

SELECT item, SUM(price), COUNT(price), COUNT(*), AVG(price), MIN(price), MAX(price) FROM sales GROUP BY item;
--| NULL  | 8    | 2 | 2 | 4    | -2   | 10
--| apple | 7    | 2 | 2 | 3    | 3    | 4
--| pear  | 5    | 1 | 2 | 5    | 5    | 5
--| plum  | NULL | 0 | 1 | NULL | NULL | NULL
