-- HOP with rows behind the watermark.
-- late: 2
CREATE TABLE bids (item STRING, price INT, bidtime TIMESTAMP(3), WATERMARK FOR bidtime AS bidtime - INTERVAL '1' SECOND)
  WITH ('connector' = 'rows');
--| a | 1 | 2024-01-01 00:00:01
--| a | 2 | 2024-01-01 00:00:05
--| b | 3 | 2024-01-01 00:00:11
--| a | 4 | 2024-01-01 00:00:08
--| a | 5 | 2024-01-01 00:00:12
--| b | 6 | 2024-01-01 00:00:02
--| a | 7 | 2024-01-01 00:00:27
--| b | 8 | 2024-01-01 00:00:14

SELECT item, window_start, window_end, SUM(price) FROM TABLE(HOP(TABLE bids, DESCRIPTOR(bidtime), INTERVAL '5' SECOND,
  INTERVAL '10' SECOND)) GROUP BY item, window_start, window_end;
--| a | 2023-12-31 23:59:55.000 | 2024-01-01 00:00:05.000 | 1
--| a | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000 | 3
--| a | 2024-01-01 00:00:05.000 | 2024-01-01 00:00:15.000 | 11
--| a | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000 | 5
--| a | 2024-01-01 00:00:20.000 | 2024-01-01 00:00:30.000 | 7
--| a | 2024-01-01 00:00:25.000 | 2024-01-01 00:00:35.000 | 7
--| b | 2024-01-01 00:00:05.000 | 2024-01-01 00:00:15.000 | 3
--| b | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000 | 3
