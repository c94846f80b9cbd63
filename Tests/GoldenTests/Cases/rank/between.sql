-- A range of numbers.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item, price, n FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY price DESC NULLS LAST, shop DESC, item) AS n FROM
  sales) WHERE n >= 2 AND n <= 3;
--| apple | 4 | 3
--| pear | 5 | 2
