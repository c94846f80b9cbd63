-- Queries within queries, with WITH.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

WITH a AS (SELECT item, price + 1 AS p FROM sales WHERE price IS NOT NULL), b AS (SELECT * FROM a WHERE p > 4) SELECT
  item, p * 2 FROM b WHERE item IS NOT NULL;
--| apple | 10
--| pear | 12
