-- DISTINCT aggregates that are split by buckets of the value, over changes.
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '1 s';
SET 'table.exec.mini-batch.size' = '10';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SET 'table.optimizer.distinct-agg.split.bucket-num' = '3';
CREATE TABLE visits (page STRING, visitor INT, ms INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I a | 1    | 10
--| +I a | 2    | 20
--| +I a | 1    | 30
--| +I b | NULL | 5
--| +I b | 7    | NULL
--| -U a | 2    | 20
--| +U a | 3    | 25
--| +I b | 7    | 1
--| +I c | 9    | 9
--| -D c | 9    | 9
--| +I a | 4    | 0
--| -D a | 3    | 25

SELECT page, COUNT(DISTINCT visitor), SUM(DISTINCT visitor), COUNT(*), SUM(ms), MIN(ms), COUNT(ms) FILTER (WHERE ms > 5) FROM visits
GROUP BY page;
--| a | 2 | 5 | 3 | 40 | 0 | 2
--| b | 1 | 7 | 3 | 6 | 1 | 0
