-- A row that comes after its window has closed is in no Top-N; it is counted.
-- late: 1
CREATE TABLE bids (item STRING, price INT, bidtime TIMESTAMP(3), WATERMARK FOR bidtime AS bidtime - INTERVAL '2' SECOND)
  WITH ('connector' = 'rows');
--| a | 1 | 2024-01-01 00:00:01
--| b | 2 | 2024-01-01 00:00:09
--| a | 3 | 2024-01-01 00:00:05
--| a | 4 | 2024-01-01 00:00:12
--| a | 5 | 2024-01-01 00:00:08
--| b | 6 | 2024-01-01 00:00:11

SELECT item, price, window_end, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY price DESC) AS rn
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bidtime), INTERVAL '10' SECOND))) WHERE rn <= 2;
--| a | 3 | 2024-01-01 00:00:10.000 | 1
--| a | 4 | 2024-01-01 00:00:20.000 | 2
--| b | 2 | 2024-01-01 00:00:10.000 | 2
--| b | 6 | 2024-01-01 00:00:20.000 | 1
