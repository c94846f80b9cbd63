-- ROW_NUMBER within groups of two columns, cut off where the number passes one of them.
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

SELECT customer, id, amount FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer, amount ORDER BY id) AS rn FROM orders)
WHERE rn <= amount;
--| NULL | 5 | 7
--| ann | 3 | 30
--| ann | 7 | 30
--| bob | 1 | 15
--| cat | 4 | 15
--| cat | 9 | 5
