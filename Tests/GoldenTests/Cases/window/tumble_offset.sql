-- TUMBLE with an offset.
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

SELECT window_start, window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bidtime), INTERVAL '10' SECOND,
  INTERVAL '3' SECOND)) GROUP BY window_start, window_end;
--| 2023-12-31 23:59:53.000 | 2024-01-01 00:00:03.000 | 1
--| 2024-01-01 00:00:03.000 | 2024-01-01 00:00:13.000 | 6
--| 2024-01-01 00:00:13.000 | 2024-01-01 00:00:23.000 | 1
--| 2024-01-01 00:00:23.000 | 2024-01-01 00:00:33.000 | 1
