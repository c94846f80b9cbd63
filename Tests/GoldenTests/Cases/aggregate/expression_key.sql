-- GROUP BY an expression, which the query repeats.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT COALESCE(item, 'none'), MOD(price, 2), COUNT(*) FROM sales GROUP BY COALESCE(item, 'none'), MOD(price, 2);
--| apple | 0 | 1
--| apple | 1 | 2
--| none | 0 | 2
--| pear | 1 | 1
--| pear | NULL | 1
--| plum | NULL | 1
