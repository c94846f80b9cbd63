-- A hint names what is aggregated by its name in FROM, and counts for more than the setting.
-- flink: no, because its rows do not wait for each other
SET 'table.exec.state.ttl' = '10 s';
CREATE TABLE sales (item STRING, price INT) WITH ('connector' = 'rows');
--| a | 1
--@ 30
--| a | 2

SELECT /*+ STATE_TTL('s' = '0 s') */ item, SUM(price) FROM sales AS s GROUP BY item;
--| a | 3
