-- Aggregates with FILTER, each with its own condition.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item, COUNT(*) FILTER (WHERE price > 3), SUM(price) FILTER (WHERE shop = 'north'), COUNT(DISTINCT price) FILTER
  (WHERE shop IS NOT NULL) FROM sales GROUP BY item;
--| NULL | 1 | 10 | 1
--| apple | 1 | 6 | 2
--| pear | 1 | 5 | 1
--| plum | 0 | NULL | 0
