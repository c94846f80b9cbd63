-- Days of a time zone on which clocks are set forward: windows over TIMESTAMP_LTZ go by the session's clocks.
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

SELECT window_start, window_end, CAST(window_time AS TIMESTAMP(3)), COUNT(*) FROM TABLE(TUMBLE(TABLE e, DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_start, window_end, window_time;
--| 2024-03-09 00:00:00.000 | 2024-03-10 00:00:00.000 | 2024-03-09 23:59:59.999 | 2
--| 2024-03-10 00:00:00.000 | 2024-03-11 00:00:00.000 | 2024-03-10 23:59:59.999 | 6
--| 2024-03-11 00:00:00.000 | 2024-03-12 00:00:00.000 | 2024-03-11 23:59:59.999 | 1
--| 2024-03-12 00:00:00.000 | 2024-03-13 00:00:00.000 | 2024-03-12 23:59:59.999 | 1
