-- A computed column, and one of another type.
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

SELECT item, price FROM bids WHERE bidtime >= TIMESTAMP '2024-01-01 00:00:10' AND item LIKE 'a%';
--| a | 10
--| a | 25
