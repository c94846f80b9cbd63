-- DISTINCT with a FILTER over sums that are replaced, without keys.
CREATE TABLE sales (item STRING, shop INT, price INT) WITH ('connector' = 'rows');
--| apple | 1    | 3
--| pear  | 1    | NULL
--| apple | 2    | 4
--| NULL  | 2    | 7
--| fig   | 3    | 9
--| pear  | 3    | 5
--| apple | 1    | 3
--| NULL  | NULL | 1
--| plum  | NULL | 2
--| fig   | 1    | -4

SELECT COUNT(DISTINCT total) FILTER (WHERE n > 1), SUM(DISTINCT total) FILTER (WHERE item IS NOT NULL), AVG(DISTINCT total),
  COUNT(DISTINCT item)
FROM (SELECT item, COUNT(*) AS n, SUM(price) AS total FROM sales GROUP BY item);
--| 3 | 17 | 6 | 4
