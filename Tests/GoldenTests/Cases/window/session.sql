-- Rows of a key no further apart than the gap are one session; an earlier row joins two of them.
-- splits: 1
CREATE TABLE bids (bidder STRING, price INT, bidtime TIMESTAMP(3), WATERMARK FOR bidtime AS bidtime - INTERVAL '1' MINUTE)
  WITH ('connector' = 'rows');
--| a  | 1  | 2024-01-01 00:00:01
--| a  | 2  | 2024-01-01 00:00:11
--| b  | 3  | 2024-01-01 00:00:05
--| a  | 4  | 2024-01-01 00:00:40
--| a  | 5  | 2024-01-01 00:00:21.001
--| a  | 4  | 2024-01-01 00:00:30.500
--| b  | 7  | 2024-01-01 00:00:16
--| NULL | 8 | 2024-01-01 00:00:16
--| NULL | 9 | 2024-01-01 00:00:20

SELECT bidder, window_start, window_end, COUNT(*), SUM(price), COUNT(DISTINCT price)
FROM TABLE(SESSION(TABLE bids PARTITION BY bidder, DESCRIPTOR(bidtime), INTERVAL '10' SECOND))
GROUP BY bidder, window_start, window_end;
--| a    | 2024-01-01 00:00:01.000 | 2024-01-01 00:00:21.000 | 2 | 3  | 2
--| a    | 2024-01-01 00:00:21.001 | 2024-01-01 00:00:50.000 | 3 | 13 | 2
--| b    | 2024-01-01 00:00:05.000 | 2024-01-01 00:00:15.000 | 1 | 3  | 1
--| b    | 2024-01-01 00:00:16.000 | 2024-01-01 00:00:26.000 | 1 | 7  | 1
--| NULL | 2024-01-01 00:00:16.000 | 2024-01-01 00:00:30.000 | 2 | 17 | 2
