-- Event time computed from fields of ROWs, as in Nexmark's nested layout: windows by it, and by a field.
CREATE TABLE events (kind INT, person ROW<name STRING, at_ TIMESTAMP(3)>, bid ROW<item STRING, price BIGINT, at_ TIMESTAMP(3)>,
  ts AS CASE WHEN kind = 0 THEN person.at_ ELSE bid.at_ END, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'rows');
--| 0 | ('ann','2024-01-01 00:00:01') | NULL
--| 1 | NULL | ('pear',5,'2024-01-01 00:00:02')
--| 1 | NULL | ('plum',4,'2024-01-01 00:00:04')
--| 0 | ('bob','2024-01-01 00:00:08') | NULL
--| 1 | NULL | ('pear',7,'2024-01-01 00:00:09')
--| 1 | NULL | ('pear',NULL,'2024-01-01 00:00:11')
--| 1 | NULL | (NULL,1,'2024-01-01 00:00:12')

SELECT window_start, bid.item, COUNT(*), SUM(bid.price) FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '5' SECOND))
WHERE kind = 1 GROUP BY window_start, window_end, bid.item;
--| 2024-01-01 00:00:00.000 | pear | 1 | 5
--| 2024-01-01 00:00:00.000 | plum | 1 | 4
--| 2024-01-01 00:00:05.000 | pear | 1 | 7
--| 2024-01-01 00:00:10.000 | NULL | 1 | 1
--| 2024-01-01 00:00:10.000 | pear | 1 | NULL
