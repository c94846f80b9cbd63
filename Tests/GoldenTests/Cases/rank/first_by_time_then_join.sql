-- Each item's first bid joined with its last one.
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

SELECT f.item, f.price, l.price, l.bidder FROM
  (SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY item ORDER BY bidtime) AS n FROM bids) WHERE n = 1) AS f
  LEFT JOIN (SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY item ORDER BY bidtime DESC) AS n FROM bids) WHERE n = 1) AS l
  ON f.item = l.item;
--| NULL | 40 | NULL | NULL
--| a | 10 | 25 | 3
--| b | 20 | 15 | NULL
--| c | 30 | 30 | 3
