-- Sessions by the clock: the last one closes when the input ends.
-- flink: no, because its rows do not wait for each other
CREATE TABLE bids (bidder STRING, price INT, pt AS PROCTIME()) WITH ('connector' = 'rows');
--| a | 1
--| b | 2
--@ 8
--| a | 4
--@ 16
--| b | 8

SELECT bidder, window_start, window_end, SUM(price)
FROM TABLE(SESSION(TABLE bids PARTITION BY bidder, DESCRIPTOR(pt), INTERVAL '10' SECOND))
GROUP BY bidder, window_start, window_end;
--| a | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:18.000 | 5
--| b | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000 | 2
--| b | 2024-01-01 00:00:16.000 | 2024-01-01 00:00:26.000 | 8
