-- Events of a changelog that come twice are told apart by the primary key.
-- flink: no, because its file source has no way to be given such rows
SET 'table.exec.source.cdc-events-duplicate' = 'true';
CREATE TABLE orders (id INT, customer STRING, amount INT, PRIMARY KEY (id) NOT ENFORCED)
WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1 | ann | 10
--| +I 1 | ann | 10
--| +I 2 | bob | 20
--| -U 1 | ann | 10
--| +U 1 | bob | 15
--| -U 1 | ann | 10
--| +U 1 | bob | 15
--| +I 3 | ann | 1
--| -D 3 | ann | 1
--| -D 3 | ann | 1

SELECT customer, SUM(amount), COUNT(*) FROM orders WHERE amount < 18 GROUP BY customer;
--| bob | 15 | 1
