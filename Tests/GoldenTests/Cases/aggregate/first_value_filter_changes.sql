-- FIRST_VALUE and LAST_VALUE with a FILTER over changes, NULLs left out.
CREATE TABLE orders (id INT, customer STRING, amount INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1 | ann  | 10
--| +I 2 | bob  | 20
--| +I 3 | ann  | NULL
--| +I 4 | cat  | 20
--| -U 1 | ann  | 10
--| +U 1 | bob  | 15
--| +I 5 | NULL | 7
--| +I 6 | dan  | 4
--| -D 2 | bob  | 20
--| -U 3 | ann  | NULL
--| +U 3 | ann  | 30
--| +I 7 | ann  | 30
--| -D 6 | dan  | 4
--| +I 8 | NULL | NULL
--| +I 9 | cat  | 5
--| -U 4 | cat  | 20
--| +U 4 | cat  | 15

SELECT customer, FIRST_VALUE(amount), LAST_VALUE(amount) FILTER (WHERE id < 8), FIRST_VALUE(id) FILTER (WHERE amount IS NULL)
FROM orders GROUP BY customer;
--| NULL | 7 | 7 | 8
--| ann | 30 | 30 | NULL
--| bob | 15 | 15 | NULL
--| cat | 5 | 15 | NULL
