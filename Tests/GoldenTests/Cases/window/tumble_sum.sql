-- TUMBLE: sums by key and window, rows out of order.
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

SELECT item, window_start, window_end, SUM(price), COUNT(*) FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bidtime),
  INTERVAL '10' SECOND)) GROUP BY item, window_start, window_end;
--| NULL | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000 | 40 | 1
--| a | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000 | 40 | 3
--| a | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000 | 10 | 1
--| a | 2024-01-01 00:00:20.000 | 2024-01-01 00:00:30.000 | 25 | 1
--| b | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000 | 25 | 2
--| b | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000 | 15 | 1
