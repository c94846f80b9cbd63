-- LEAD looks ahead, once all rows are known.
-- flink: no, because it runs cases as streams
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (k STRING, v INT, ts TIMESTAMP(3)) WITH ('connector' = 'rows');
--| a | 1    | 2024-01-01 00:00:01
--| a | NULL | 2024-01-01 00:00:05
--| b | 10   | 2024-01-01 00:00:02
--| a | 3    | 2024-01-01 00:00:03
--| b | 20   | 2024-01-01 00:00:09
--| a | 4    | 2024-01-01 00:00:04

SELECT k, v, LEAD(v) OVER (PARTITION BY k ORDER BY ts), LEAD(v, 2, -1) OVER (PARTITION BY k ORDER BY ts), LAG(v) OVER (PARTITION BY k ORDER BY ts) FROM t;
--| a | 1    | 3    | 4    | NULL
--| a | 3    | 4    | -1   | 1
--| a | 4    | NULL | -1   | 3
--| a | NULL | NULL | -1   | 4
--| b | 10   | 20   | -1   | NULL
--| b | 20   | NULL | -1   | 10
