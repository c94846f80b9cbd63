-- EXISTS and NOT EXISTS over what is forgotten.
-- flink: no, because its rows do not wait for each other
SET 'table.exec.state.ttl' = '10 s';
CREATE TABLE l (k INT, a STRING) WITH ('connector' = 'rows');
--@ 5
--| 1 | in time
--@ 15
--| 1 | too late
CREATE TABLE r (k INT) WITH ('connector' = 'rows');
--| 1

SELECT a, 'is' FROM l WHERE EXISTS (SELECT 1 FROM r WHERE r.k = l.k)
UNION ALL SELECT a, 'is not' FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE r.k = l.k);
--| in time | is
--| too late | is not
