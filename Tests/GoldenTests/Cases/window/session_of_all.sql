-- Without PARTITION BY there is one session for all rows, and windows can be built over its window_time.
CREATE TABLE bids (price INT, bidtime TIMESTAMP(3), WATERMARK FOR bidtime AS bidtime - INTERVAL '1' MINUTE) WITH ('connector' = 'rows');
--| 1 | 2024-01-01 00:00:01
--| 2 | 2024-01-01 00:00:04
--| 3 | 2024-01-01 00:00:20
--| 4 | 2024-01-01 00:01:50

SELECT window_start, COUNT(*), SUM(total) FROM TUMBLE(
  (SELECT window_time AS ended, SUM(price) AS total
    FROM SESSION(DATA => TABLE bids, TIMECOL => DESCRIPTOR(bidtime), GAP => INTERVAL '10' SECOND)
    GROUP BY window_start, window_end, window_time),
  DESCRIPTOR(ended), INTERVAL '1' MINUTE)
GROUP BY window_start, window_end;
--| 2024-01-01 00:00:00.000 | 2 | 6
--| 2024-01-01 00:01:00.000 | 1 | 4
