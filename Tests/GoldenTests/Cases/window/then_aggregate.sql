-- An aggregate over window results.
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

SELECT item, MAX(total), COUNT(*) FROM (SELECT item, window_end, SUM(price) AS total FROM TABLE(TUMBLE(TABLE bids,
  DESCRIPTOR(bidtime), INTERVAL '10' SECOND)) GROUP BY item, window_start, window_end) GROUP BY item;
--| NULL | 40 | 1
--| a | 40 | 3
--| b | 25 | 2
