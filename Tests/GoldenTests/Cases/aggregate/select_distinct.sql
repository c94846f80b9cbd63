-- SELECT DISTINCT is a grouping without aggregates.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT DISTINCT item, shop FROM sales;
--| NULL | NULL
--| NULL | north
--| apple | north
--| apple | south
--| pear | north
--| pear | south
--| plum | south
