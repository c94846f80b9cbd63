-- The first two of each key without their number.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY item ORDER BY price) AS n FROM sales) WHERE n <= 2;
--| NULL | -2
--| NULL | 10
--| apple | 3
--| apple | 3
--| pear | 5
--| pear | NULL
--| plum | NULL
