-- UNION ALL keeps what is there twice.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item FROM sales UNION ALL SELECT shop FROM sales UNION ALL SELECT item FROM sales WHERE price > 5;
--| NULL
--| NULL
--| NULL
--| NULL
--| apple
--| apple
--| apple
--| north
--| north
--| north
--| north
--| pear
--| pear
--| plum
--| south
--| south
--| south
