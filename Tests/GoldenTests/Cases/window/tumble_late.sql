-- A tumbling window closes when the watermark reaches its end; what comes for it later is dropped and counted.
-- late: 1
CREATE TABLE bids (item STRING, price INT, bidtime TIMESTAMP(3), WATERMARK FOR bidtime AS bidtime - INTERVAL '2' SECOND)
  WITH ('connector' = 'rows');
--| a | 1 | 2024-01-01 00:00:01
--| b | 2 | 2024-01-01 00:00:09
--| a | 3 | 2024-01-01 00:00:05
--| a | 4 | 2024-01-01 00:00:12
--| a | 5 | 2024-01-01 00:00:08
--| b | 6 | 2024-01-01 00:00:11

SELECT item, window_start, window_end, SUM(price) FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bidtime), INTERVAL '10' SECOND))
GROUP BY item, window_start, window_end;
--| a | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000 | 4
--| a | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000 | 4
--| b | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000 | 2
--| b | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000 | 6
