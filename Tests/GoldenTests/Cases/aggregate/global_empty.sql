-- Aggregates without GROUP BY over nothing at all: a stream has no row until one comes.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT COUNT(*), SUM(price) FROM sales WHERE price > 99;
