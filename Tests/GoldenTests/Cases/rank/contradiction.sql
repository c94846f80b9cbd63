-- A Top-N whose conditions contradict each other is empty.
-- flink: no, because it refuses such numbers
CREATE TABLE scores (player STRING, points INT) WITH ('connector' = 'rows');
--| a | 9
--| b | 4

SELECT player FROM (SELECT player, ROW_NUMBER() OVER (ORDER BY points) AS n FROM scores) WHERE n <= 2 AND n > 3
UNION ALL SELECT player FROM (SELECT player, ROW_NUMBER() OVER (ORDER BY points) AS n FROM scores) WHERE n <= 0
UNION ALL SELECT player FROM (SELECT player, ROW_NUMBER() OVER (ORDER BY points) AS n FROM scores) WHERE n = 1 AND n = 2
UNION ALL SELECT player FROM (SELECT player, ROW_NUMBER() OVER (ORDER BY points) AS n FROM scores) WHERE n <= 2 AND NULL > 1;
