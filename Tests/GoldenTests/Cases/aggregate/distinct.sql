-- DISTINCT within aggregates.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item, COUNT(DISTINCT shop), COUNT(DISTINCT price), SUM(DISTINCT price) FROM sales GROUP BY item;
--| NULL | 1 | 2 | 8
--| apple | 2 | 2 | 7
--| pear | 2 | 1 | 5
--| plum | 1 | 0 | NULL
