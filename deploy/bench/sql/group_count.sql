CREATE TABLE s (auction BIGINT, bids BIGINT) WITH ('connector'='blackhole');
INSERT INTO s SELECT auction, COUNT(*) FROM bid GROUP BY auction;
