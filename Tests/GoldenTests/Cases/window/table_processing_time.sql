-- A window table function by processing time, without an aggregation of its own.
-- flink: no, because its rows do not wait for each other
CREATE TABLE t (k STRING, v INT, pt AS PROCTIME()) WITH ('connector' = 'rows');
--| a | 1
--| b | 10
--| a | 2
--@ 5
--| a | 4
--@ 9
--| a | NULL
--| b | 20
--@ 15
--| a | 8

SELECT k, v, window_start, window_end FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(pt), INTERVAL '10' SECOND)) WHERE v > 1;
--| b | 10 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000
--| a | 2  | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000
--| a | 4  | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000
--| b | 20 | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000
--| a | 8  | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000
