-- The two highest bids of each item, with their rank; a better bid moves the others down.
CREATE TABLE bids (item STRING, bidder INT, price INT) WITH ('connector' = 'rows');
--| a | 1 | 10
--| a | 2 | 30
--| b | 3 | 5
--| a | 4 | 20
--| a | 5 | 40
--| b | 6 | NULL

SELECT item, bidder, price, n FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY item ORDER BY price DESC) AS n FROM bids) WHERE n <= 2;
--| a | 2 | 30   | 2
--| a | 5 | 40   | 1
--| b | 3 | 5    | 1
--| b | 6 | NULL | 2
