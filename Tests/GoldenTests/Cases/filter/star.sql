-- SELECT * and t.* beside an expression.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT *, price * 2 FROM sales s WHERE s.price > 3;
--| NULL | north | 10 | 20
--| apple | south | 4 | 8
--| pear | north | 5 | 10
