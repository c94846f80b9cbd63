-- A sink whose key is not that of the result: several rows claim a count, and one of them is there as long as any does.
-- flink: no, because which of several rows stays depends on the order in which they come
CREATE TABLE orders (id INT, customer STRING) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1 | ann
--| +I 2 | bob
--| +I 3 | ann
--| +I 4 | cat
--| +I 5 | cat
--| +I 6 | cat
--| -D 2 | bob
CREATE TABLE counts (n BIGINT, customer STRING, PRIMARY KEY (n) NOT ENFORCED) WITH ('connector' = 'upserts');
--| 2 | ann
--| 3 | cat

INSERT INTO counts SELECT COUNT(*), customer FROM orders GROUP BY customer;
