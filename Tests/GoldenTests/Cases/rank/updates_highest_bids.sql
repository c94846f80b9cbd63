-- The highest bids of each auction by bidder: MAX only rises, and the bidder does not change.
CREATE TABLE bids (auction INT, bidder INT, price INT) WITH ('connector' = 'rows');
--| 1 | 10 | 5
--| 1 | 11 | 7
--| 1 | 12 | 6
--| 1 | 10 | 9
--| 2 | 10 | NULL
--| 1 | 12 | 2
--| 1 | 12 | 8
--| 1 | 13 | 8
--| 2 | 11 | 1
--| 2 | 10 | 1
--| 1 | 11 | 9
--| 2 | 12 | NULL

SELECT auction, bidder, price, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, bidder) AS rn
  FROM (SELECT auction, bidder, MAX(price) AS price FROM bids GROUP BY auction, bidder)
) WHERE rn <= 3;
--| 1 | 10 | 9 | 1
--| 1 | 11 | 9 | 2
--| 1 | 12 | 8 | 3
--| 2 | 10 | 1 | 1
--| 2 | 11 | 1 | 2
--| 2 | 12 | NULL | 3
