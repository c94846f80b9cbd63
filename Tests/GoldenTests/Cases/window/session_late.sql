-- A row behind the watermark is in a session that is still open, or late.
-- late: 1
CREATE TABLE bids (bidder STRING, price INT, bidtime TIMESTAMP(3), WATERMARK FOR bidtime AS bidtime) WITH ('connector' = 'rows');
--| a | 1 | 2024-01-01 00:00:20
--| b | 2 | 2024-01-01 00:00:25
--| a | 4 | 2024-01-01 00:00:10
--| b | 8 | 2024-01-01 00:00:14

SELECT bidder, window_start, window_end, SUM(price)
FROM TABLE(SESSION(TABLE bids PARTITION BY bidder, DESCRIPTOR(bidtime), INTERVAL '10' SECOND))
GROUP BY bidder, window_start, window_end;
--| a | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:30.000 | 5
--| b | 2024-01-01 00:00:25.000 | 2024-01-01 00:00:35.000 | 2
