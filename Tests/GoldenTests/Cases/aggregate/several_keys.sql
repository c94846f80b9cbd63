-- GROUP BY several columns, NULLs among them.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item, shop, SUM(price) FROM sales GROUP BY item, shop;
--| NULL | NULL | -2
--| NULL | north | 10
--| apple | north | 6
--| apple | south | 4
--| pear | north | 5
--| pear | south | NULL
--| plum | south | NULL
