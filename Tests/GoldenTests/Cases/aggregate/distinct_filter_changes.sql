-- DISTINCT and FILTER together over changes, with the same values inside and outside of the filter.
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

SELECT customer, COUNT(DISTINCT amount), COUNT(DISTINCT amount) FILTER (WHERE id > 3), SUM(DISTINCT amount) FILTER (WHERE id < 8),
  COUNT(*) FILTER (WHERE amount IS NULL), MAX(amount) FILTER (WHERE MOD(id, 2) = 0) FROM orders GROUP BY customer;
--| NULL | 1 | 1 | 7 | 1 | NULL
--| ann | 1 | 1 | 30 | 0 | NULL
--| bob | 1 | 0 | 15 | 0 | NULL
--| cat | 2 | 2 | 15 | 0 | 15
