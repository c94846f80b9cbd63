-- CURRENT_WATERMARK: rows that are not late are ahead of it, or there is none yet.
CREATE TABLE clicks (id INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'rows');
--| 1 | 2024-01-01 00:00:01.000
--| 2 | 2024-01-01 00:00:02.000
--| 3 | 2024-01-01 00:00:05.500
--| 4 | 2024-01-01 00:00:05.000

SELECT id FROM clicks WHERE CURRENT_WATERMARK(ts) IS NULL OR ts > CURRENT_WATERMARK(ts);
--| 1
--| 2
--| 3
--| 4
