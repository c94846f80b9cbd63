-- GROUP BY where a key is a constant.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT k, SUM(price) FROM (SELECT 'all' AS k, price FROM sales) GROUP BY k;
--| all | 23
