-- The union of changes and of sums, aggregated.
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

SELECT k, COUNT(*), SUM(v), MIN(v), COUNT(DISTINCT v) FROM (
  SELECT id AS k, amount AS v FROM orders UNION ALL SELECT order_id, -paid FROM payments
  UNION ALL SELECT CAST(COUNT(*) AS INT), SUM(amount) FROM orders GROUP BY customer) GROUP BY k;
--| 1 | 3 | 25 | -5 | 2
--| 2 | 4 | 79 | -8 | 4
--| 3 | 3 | 18 | -12 | 2
--| 4 | 2 | 6 | -9 | 2
--| 5 | 2 | 5 | -2 | 2
--| 7 | 1 | 30 | 30 | 1
--| 8 | 1 | NULL | NULL | 0
--| 9 | 1 | 5 | 5 | 1
--| NULL | 1 | -3 | -3 | 1
