-- Windows by processing time go by the session's clocks.
-- flink: no, because its rows do not wait for each other
SET 'table.local-time-zone' = '+05:45';
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

SELECT window_start, window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(pt), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
--| 2024-01-01 05:45:00.000 | 2024-01-01 05:45:10.000 | 6
--| 2024-01-01 05:45:10.000 | 2024-01-01 05:45:20.000 | 1
