-- What the last bids of each bidder come to by item; a bidder who goes to another item leaves the first.
CREATE TABLE bids (item STRING, bidder INT, price INT, bidtime TIMESTAMP(3), WATERMARK FOR bidtime AS bidtime - INTERVAL '5' SECOND)
  WITH ('connector' = 'rows');
--| a    | 1    | 10   | 2024-01-01 00:00:01
--| b    | 2    | 20   | 2024-01-01 00:00:04
--| a    | 1    | 30   | 2024-01-01 00:00:03
--| a    | 3    | NULL | 2024-01-01 00:00:09
--| b    | 2    | 5    | 2024-01-01 00:00:07
--| NULL | 4    | 40   | 2024-01-01 00:00:12
--| a    | 2    | 10   | 2024-01-01 00:00:10
--| b    | NULL | 15   | 2024-01-01 00:00:19
--| a    | 3    | 25   | 2024-01-01 00:00:24
--| NULL | 1    | 2    | 2024-01-01 00:00:21
--| c    | 3    | 30   | 2024-01-01 00:00:28

SELECT item, COUNT(*), SUM(price), MAX(bidtime) FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY bidder ORDER BY bidtime DESC) AS n FROM bids) WHERE n = 1
GROUP BY item HAVING COUNT(price) > 0;
--| NULL | 2 | 42 | 2024-01-01 00:00:21.000
--| a | 1 | 10 | 2024-01-01 00:00:10.000
--| b | 1 | 15 | 2024-01-01 00:00:19.000
--| c | 1 | 30 | 2024-01-01 00:00:28.000
