-- One ranking of all rows.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item, shop, price, n FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY price DESC NULLS LAST, shop) AS n FROM sales)
  WHERE n <= 3;
--| NULL | north | 10 | 1
--| apple | south | 4 | 3
--| pear | north | 5 | 2
