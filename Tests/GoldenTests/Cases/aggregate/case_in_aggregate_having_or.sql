-- HAVING over other aggregates than are selected, joined by OR, over changes.
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

SELECT customer, SUM(CASE WHEN amount > 10 THEN 1 ELSE 0 END) AS big FROM orders GROUP BY customer
HAVING MIN(amount) < 10 OR COUNT(DISTINCT amount) > 1 OR COUNT(*) FILTER (WHERE amount = 30) = 2;
--| NULL | 0
--| ann | 2
--| cat | 1
