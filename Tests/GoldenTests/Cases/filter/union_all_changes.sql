-- UNION ALL of a changelog and inserts.
CREATE TABLE orders (id INT, customer STRING, amount INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1 | ann | 10
--| +I 2 | bob | 20
--| +I 3 | ann | 30
--| -U 1 | ann | 10
--| +U 1 | ann | 15
--| +I 5 | dan | NULL
--| -D 2 | bob | 20
--| +I 4 | cat | 5
--| -U 4 | cat | 5
--| +U 4 | ann | 5
--| +I 6 | NULL | 7
--| +I 7 | bob | 15
--| -D 3 | ann | 30
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT customer, amount FROM orders UNION ALL SELECT shop, price FROM sales;
--| NULL | -2
--| NULL | 7
--| ann | 15
--| ann | 5
--| bob | 15
--| dan | NULL
--| north | 10
--| north | 3
--| north | 3
--| north | 5
--| south | 4
--| south | NULL
--| south | NULL
