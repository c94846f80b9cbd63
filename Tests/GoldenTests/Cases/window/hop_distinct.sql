-- HOP with DISTINCT and FILTER.
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

SELECT window_end, COUNT(DISTINCT bidder), COUNT(*) FILTER (WHERE price > 10) FROM TABLE(HOP(TABLE bids,
  DESCRIPTOR(bidtime), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
--| 2024-01-01 00:00:05.000 | 2 | 2
--| 2024-01-01 00:00:10.000 | 3 | 2
--| 2024-01-01 00:00:15.000 | 3 | 1
--| 2024-01-01 00:00:20.000 | 3 | 2
--| 2024-01-01 00:00:25.000 | 2 | 2
--| 2024-01-01 00:00:30.000 | 1 | 1
