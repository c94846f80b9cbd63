-- Aggregates without GROUP BY: one row for everything.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT COUNT(*), COUNT(price), SUM(price), MIN(item), MAX(price), AVG(price) FROM sales;
--| 8 | 6 | 23 | apple | 10 | 3
