-- HOP without another key, with all three window columns.
CREATE TABLE bids (item STRING, bidder INT, price INT, bidtime TIMESTAMP(3), WATERMARK FOR bidtime AS bidtime - INTERVAL '5' SECOND)
  WITH ('connector' = 'rows');
--| a    | 1 | 10   | 2024-01-01 00:00:01
--| b    | 2 | 20   | 2024-01-01 00:00:04
--| a    | 1 | 30   | 2024-01-01 00:00:03
--| a    | 3 | NULL | 2024-01-01 00:00:09
--| b    | 2 | 5    | 2024-01-01 00:00:07
--| NULL | 4 | 40   | 2024-01-01 00:00:12
--| a    | 2 | 10   | 2024-01-01 00:00:10
--| b    | 1 | 15   | 2024-01-01 00:00:19
--| a    | 3 | 25   | 2024-01-01 00:00:24

SELECT window_start, window_end, window_time, MIN(price), MAX(price), AVG(price) FROM TABLE(HOP(TABLE bids,
  DESCRIPTOR(bidtime), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) GROUP BY window_start, window_end, window_time;
--| 2023-12-31 23:59:55.000 | 2024-01-01 00:00:05.000 | 2024-01-01 00:00:04.999 | 10 | 30 | 20
--| 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:09.999 | 5 | 30 | 16
--| 2024-01-01 00:00:05.000 | 2024-01-01 00:00:15.000 | 2024-01-01 00:00:14.999 | 5 | 40 | 18
--| 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000 | 2024-01-01 00:00:19.999 | 10 | 40 | 21
--| 2024-01-01 00:00:15.000 | 2024-01-01 00:00:25.000 | 2024-01-01 00:00:24.999 | 15 | 25 | 20
--| 2024-01-01 00:00:20.000 | 2024-01-01 00:00:30.000 | 2024-01-01 00:00:29.999 | 25 | 25 | 25
