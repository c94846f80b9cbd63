-- The greatest of the sums, which change.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT MAX(total), MIN(total) FROM (SELECT item, SUM(price) AS total FROM sales GROUP BY item);
--| 10 | 5
