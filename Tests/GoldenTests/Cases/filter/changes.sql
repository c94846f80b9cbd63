-- Filter and projection of a changelog: an update may become an insert or a delete.
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

SELECT customer, amount * 2 FROM orders WHERE amount < 20;
--| NULL | 14
--| ann | 10
--| ann | 30
--| bob | 30
