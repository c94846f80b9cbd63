-- NULLS LAST puts rows without a price behind.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item, price, n FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY item ORDER BY price NULLS LAST) AS n FROM sales)
  WHERE n <= 2;
--| NULL | -2 | 1
--| NULL | 10 | 2
--| apple | 3 | 1
--| apple | 3 | 2
--| pear | 5 | 1
--| pear | NULL | 2
--| plum | NULL | 1
