-- Rows that are equal in the order stand as they came.
-- splits: 1
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item, shop, n FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY shop ORDER BY price IS NULL) AS n FROM sales)
  WHERE n <= 2;
--| NULL | NULL | 1
--| NULL | north | 2
--| apple | north | 1
--| apple | south | 1
--| pear | south | 2
