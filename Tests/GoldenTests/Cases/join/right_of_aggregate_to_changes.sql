-- A RIGHT JOIN of an aggregate with changes where the condition compares the sums.
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
CREATE TABLE payments (id INT, order_id INT, paid INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1 | 1    | 5
--| +I 2 | 1    | 10
--| +I 3 | 4    | 20
--| +I 4 | NULL | 3
--| -D 2 | 1    | 10
--| +I 5 | 3    | NULL
--| +I 6 | 9    | 2
--| -U 3 | 4    | 20
--| +U 3 | 4    | 9
--| +I 7 | 2    | 8
--| +I 8 | 3    | 12
--| -U 6 | 9    | 2
--| +U 6 | 5    | 2

SELECT p.order_id, p.paid, o.id, o.amount FROM orders AS o RIGHT JOIN
  (SELECT order_id, MAX(paid) AS paid FROM payments GROUP BY order_id) AS p ON o.id = p.order_id AND o.amount > p.paid;
--| 1 | 5 | 1 | 15
--| 2 | 8 | NULL | NULL
--| 3 | 12 | 3 | 30
--| 4 | 9 | 4 | 15
--| 5 | 2 | 5 | 7
--| NULL | 3 | NULL | NULL
