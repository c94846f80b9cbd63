-- The rows of a Top-N go with their key.
-- flink: no, because its rows do not wait for each other
SET 'table.exec.state.ttl' = '10 s';
CREATE TABLE scores (player STRING, points INT) WITH ('connector' = 'rows');
--| a | 9
--| b | 4
--@ 8
--| b | 5
--@ 12
--| a | 3
--| b | 6

SELECT player, points FROM
  (SELECT player, points, ROW_NUMBER() OVER (PARTITION BY player ORDER BY points DESC) AS n FROM scores) WHERE n <= 1;
--| a | 9
--| a | 3
--| b | 6
