-- Hours, then days of windows, on a day on which clocks are set forward.
SET 'table.local-time-zone' = 'America/New_York';
CREATE TABLE e (k STRING, secs BIGINT, ts AS TO_TIMESTAMP_LTZ(secs, 0), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
--| a | 1709985600
--| a | 1710046799
--| b | 1710046800
--| a | 1710052200
--| a | 1710053999
--| a | 1710054000
--| b | 1710056700
--| a | 1710129599
--| b | 1710129600
--| a | 1710244800
CREATE VIEW hours AS SELECT k, window_time AS t, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE e, DESCRIPTOR(ts), INTERVAL '1' HOUR))
  GROUP BY k, window_start, window_end, window_time;

SELECT window_start, window_end, SUM(n), COUNT(*) FROM TABLE(TUMBLE(TABLE hours, DESCRIPTOR(t), INTERVAL '1' DAY)) GROUP BY window_start, window_end;
--| 2024-03-09 00:00:00.000 | 2024-03-10 00:00:00.000 | 2 | 2
--| 2024-03-10 00:00:00.000 | 2024-03-11 00:00:00.000 | 6 | 5
--| 2024-03-11 00:00:00.000 | 2024-03-12 00:00:00.000 | 1 | 1
--| 2024-03-12 00:00:00.000 | 2024-03-13 00:00:00.000 | 1 | 1
