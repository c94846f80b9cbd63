-- PARTITION BY is for sessions.
CREATE TABLE bids (bidder STRING, bidtime TIMESTAMP(3), WATERMARK FOR bidtime AS bidtime) WITH ('connector' = 'rows');
SELECT bidder, COUNT(*) FROM TUMBLE(TABLE bids PARTITION BY bidder, DESCRIPTOR(bidtime), INTERVAL '10' SECOND)
GROUP BY bidder, window_start, window_end;
--! line 3, column 48: PARTITION BY is for SESSION; the windows of TUMBLE are the same for all rows
--!   SELECT bidder, COUNT(*) FROM TUMBLE(TABLE bids PARTITION BY bidder, DESCRIPTOR(bidtime), INTERVAL '10' SECOND)
--!                                                  ^
