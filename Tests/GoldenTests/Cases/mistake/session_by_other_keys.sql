-- The sessions of some keys cannot be grouped by others.
CREATE TABLE bids (bidder STRING, item STRING, bidtime TIMESTAMP(3), WATERMARK FOR bidtime AS bidtime) WITH ('connector' = 'rows');
CREATE TABLE counts (item STRING, n BIGINT) WITH ('connector' = 'rows');
INSERT INTO counts SELECT item, COUNT(*) FROM SESSION(TABLE bids PARTITION BY bidder, DESCRIPTOR(bidtime), INTERVAL '10' SECOND)
GROUP BY item, window_start, window_end;
--! line 4, column 1: a window of SESSION without an aggregation of its own is not supported; GROUP BY window_start, window_end and the columns of PARTITION BY, no more and no fewer
--!   INSERT INTO counts SELECT item, COUNT(*) FROM SESSION(TABLE bids PARTITION BY bidder, DESCRIPTOR(bidtime), INTERVAL '10'
--!   ^
