-- A row falls into every hopping window that holds its time, whatever the order in which rows come.
CREATE TABLE bids (price INT, bidtime TIMESTAMP(3), WATERMARK FOR bidtime AS bidtime - INTERVAL '20' SECOND)
  WITH ('connector' = 'rows');
--| 1 | 2024-01-01 00:00:12
--| 2 | 2024-01-01 00:00:03
--| 3 | 2024-01-01 00:00:17
--| 4 | 2024-01-01 00:00:08

SELECT window_start, COUNT(*), SUM(price) FROM TABLE(HOP(TABLE bids, DESCRIPTOR(bidtime), INTERVAL '5' SECOND, INTERVAL '10' SECOND))
GROUP BY window_start, window_end;
--| 2023-12-31 23:59:55.000 | 1 | 2
--| 2024-01-01 00:00:00.000 | 2 | 6
--| 2024-01-01 00:00:05.000 | 2 | 5
--| 2024-01-01 00:00:10.000 | 2 | 4
--| 2024-01-01 00:00:15.000 | 1 | 3
