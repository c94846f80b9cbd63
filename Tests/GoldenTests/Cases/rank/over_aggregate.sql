-- The two items that sell most: a Top-N over sums that change.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item, total, n FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY total DESC NULLS LAST, item) AS n FROM (SELECT item,
  SUM(price) AS total FROM sales GROUP BY item)) WHERE n <= 2;
--| NULL | 8 | 2
--| apple | 10 | 1
