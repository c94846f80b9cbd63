-- Sessions of two keys, one of them text; what is filtered before counts, what is filtered after does not part sessions.
-- splits: 1
CREATE TABLE clicks (who INT, page STRING, n INT, at_ TIMESTAMP(3), WATERMARK FOR at_ AS at_ - INTERVAL '1' MINUTE) WITH ('connector' = 'rows');
--| 1 | home  | 1 | 2024-01-01 00:00:00
--| 1 | other | 2 | 2024-01-01 00:00:03
--| 1 | home  | 3 | 2024-01-01 00:00:05
--| 2 | home  | 4 | 2024-01-01 00:00:05
--| 1 | home  | 5 | 2024-01-01 00:00:09
CREATE VIEW picked AS SELECT * FROM clicks WHERE n <> 3;

SELECT who, page, window_start, window_end, COUNT(*)
FROM TABLE(SESSION(TABLE picked PARTITION BY (who, page), DESCRIPTOR(at_), INTERVAL '5' SECOND))
GROUP BY who, page, window_start, window_end HAVING page = 'home';
--| 1 | home | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:05.000 | 1
--| 1 | home | 2024-01-01 00:00:09.000 | 2024-01-01 00:00:14.000 | 1
--| 2 | home | 2024-01-01 00:00:05.000 | 2024-01-01 00:00:10.000 | 1
