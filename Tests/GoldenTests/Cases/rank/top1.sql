-- The greatest of each key.
-- flink: no, its plan sends +U without -U here and leaves the rows before in place
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item, shop, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY item ORDER BY price DESC, shop DESC) AS n
  FROM sales) WHERE n = 1;
--| NULL | north | 10
--| apple | south | 4
--| pear | north | 5
--| plum | south | NULL
