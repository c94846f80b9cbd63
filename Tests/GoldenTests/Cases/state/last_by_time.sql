-- The last row of a key is forgotten; the next one replaces nothing, even if it is older.
-- flink: no, because its rows do not wait for each other
SET 'table.exec.state.ttl' = '10 s';
CREATE TABLE visits (item STRING, ts TIMESTAMP(3), v INT, WATERMARK FOR ts AS ts - INTERVAL '1' HOUR) WITH ('connector' = 'rows');
--| a | 2024-01-01 00:00:05 | 1
--| b | 2024-01-01 00:00:05 | 1
--@ 9
--| a | 2024-01-01 00:00:06 | 2
--@ 15
--| a | 2024-01-01 00:00:07 | 3
--| b | 2024-01-01 00:00:04 | 2

SELECT item, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY item ORDER BY ts DESC) AS n FROM visits) WHERE n = 1;
--| a | 3
--| b | 1
--| b | 2
