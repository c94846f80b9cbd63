-- A key that no row has come for within the time to live is new when its next row comes; what was emitted stays.
-- flink: no, because its rows do not wait for each other
SET 'table.exec.state.ttl' = '10 s';
CREATE TABLE sales (item STRING, price INT) WITH ('connector' = 'rows');
--| a | 1
--| c | 5
--@ 5
--| a | 2
--@ 12
--| a | 4
--@ 22
--| a | 8
--| b | 1

SELECT item, SUM(price), COUNT(*) FROM sales GROUP BY item;
--| a | 7 | 3
--| a | 8 | 1
--| b | 1 | 1
--| c | 5 | 1
