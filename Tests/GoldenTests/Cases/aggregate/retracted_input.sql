-- An aggregate over a changelog takes back what it has added; a key without rows is gone.
CREATE TABLE orders (id INT, customer STRING, amount INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1 | ann | 10
--| +I 2 | bob | 20
--| +I 3 | ann | 30
--| -U 1 | ann | 10
--| +U 1 | ann | 15
--| -D 2 | bob | 20
--| +I 4 | cat | 5
--| -U 4 | cat | 5
--| +U 4 | ann | 5

SELECT customer, SUM(amount), COUNT(*), MIN(amount), MAX(amount) FROM orders GROUP BY customer;
--| ann | 50 | 3 | 5 | 30
