-- A grouping over a UNION ALL.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item, COUNT(*) FROM (SELECT item FROM sales WHERE price > 3 UNION ALL SELECT shop FROM sales) GROUP BY item;
--| NULL | 2
--| apple | 1
--| north | 4
--| pear | 1
--| south | 3
