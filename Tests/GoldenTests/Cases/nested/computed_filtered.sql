-- A computed column whose CASE the filter has decided, in a key, in a condition and in a Top-N by its time.
CREATE TABLE events (kind INT, person ROW<name STRING, at_ TIMESTAMP(3)>, bid ROW<item STRING, price BIGINT, at_ TIMESTAMP(3)>,
  ts AS CASE WHEN kind = 0 THEN person.at_ WHEN kind = 1 THEN bid.at_ ELSE NULL END, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'rows');
--| 0 | ('ann','2024-01-01 00:00:01') | NULL
--| 1 | NULL | ('pear',5,'2024-01-01 00:00:02')
--| 1 | NULL | ('plum',4,'2024-01-01 00:00:04')
--| 1 | NULL | ('pear',9,'2024-01-01 00:00:07')
--| 0 | ('bob','2024-01-01 00:00:08') | NULL
--| 1 | NULL | ('plum',8,'2024-01-01 00:00:09')
--| 1 | NULL | ('pear',7,'2024-01-01 00:00:10')

SELECT item, price, DATE_FORMAT(ts, 'ss') FROM (
  SELECT bid.item, bid.price, ts, ROW_NUMBER() OVER (PARTITION BY bid.item ORDER BY ts DESC) AS n FROM events
  WHERE kind = 1 AND ts < TIMESTAMP '2024-01-01 00:00:10') WHERE n = 1;
--| pear | 9 | 07
--| plum | 8 | 09
