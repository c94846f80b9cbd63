-- Hopping and cumulating windows by the clock.
-- flink: no, because its rows do not wait for each other
CREATE TABLE bids (price INT, pt AS PROCTIME()) WITH ('connector' = 'rows');
--| 1
--@ 6
--| 2
--@ 13
--| 4

SELECT 'hop', window_start, window_end, SUM(price) FROM HOP(TABLE bids, DESCRIPTOR(pt), INTERVAL '5' SECOND, INTERVAL '10' SECOND)
GROUP BY window_start, window_end
UNION ALL
SELECT 'cumulate', window_start, window_end, SUM(price) FROM CUMULATE(TABLE bids, DESCRIPTOR(pt), INTERVAL '5' SECOND, INTERVAL '10' SECOND)
GROUP BY window_start, window_end;
--| hop      | 2023-12-31 23:59:55.000 | 2024-01-01 00:00:05.000 | 1
--| hop      | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000 | 3
--| hop      | 2024-01-01 00:00:05.000 | 2024-01-01 00:00:15.000 | 6
--| hop      | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000 | 4
--| cumulate | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:05.000 | 1
--| cumulate | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000 | 3
--| cumulate | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:15.000 | 4
--| cumulate | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000 | 4
