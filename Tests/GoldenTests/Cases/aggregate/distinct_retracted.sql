-- DISTINCT within aggregates over a changelog: a value counts until its last row is gone.
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

SELECT customer, COUNT(DISTINCT amount), SUM(DISTINCT amount) FROM orders GROUP BY customer;
--| NULL | 1 | 7
--| ann | 2 | 20
--| bob | 1 | 15
--| dan | 0 | NULL
