-- Variances over a union in which the same rows are added and taken back.
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

SELECT customer, VAR_POP(amount), STDDEV_SAMP(amount), AVG(amount), COUNT(amount) FROM (
  SELECT * FROM orders UNION ALL SELECT * FROM orders WHERE id > 4) GROUP BY customer;
--| NULL | 0 | 0 | 7 | 2
--| ann | 0 | 0 | 30 | 3
--| bob | 0 | NULL | 15 | 1
--| cat | 22 | 5 | 8 | 3
