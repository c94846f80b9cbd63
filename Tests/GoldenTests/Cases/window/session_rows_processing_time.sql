-- Rows of sessions by the clock come when their session closes, the last ones when the input ends.
-- flink: no, because its rows do not wait for each other
CREATE TABLE t (k STRING, v INT, pt AS PROCTIME()) WITH ('connector' = 'rows');
--| a | 1
--| b | 2
--@ 8
--| a | 4
--@ 16
--| b | 8

SELECT k, v, window_start, window_end FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(pt), INTERVAL '10' SECOND));
--| a | 1 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:18.000
--| a | 4 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:18.000
--| b | 2 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000
--| b | 8 | 2024-01-01 00:00:16.000 | 2024-01-01 00:00:26.000
