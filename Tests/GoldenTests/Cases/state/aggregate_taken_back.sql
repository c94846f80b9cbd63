-- What is taken back after its key has been forgotten was never there.
-- flink: no, because its rows do not wait for each other
SET 'table.exec.state.ttl' = '10 s';
CREATE TABLE sales (item STRING, price INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I a | 1
--| +I b | 1
--| +I b | 3
--@ 9
--| -D b | 3
--@ 11
--| -D a | 1
--@ 18
--| +I b | 2

SELECT item, MIN(price), COUNT(*) FROM sales GROUP BY item;
--| a | 1 | 1
--| b | 1 | 2
