-- HAVING drops a key when its result no longer fits.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item, COUNT(*) AS n FROM sales GROUP BY item HAVING COUNT(*) < 3 AND MAX(price) IS NOT NULL;
--| NULL | 2
--| pear | 2
