-- Hopping windows around clocks that are set forward.
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

SELECT k, window_start, window_end, window_time, COUNT(*) FROM TABLE(HOP(TABLE e, DESCRIPTOR(ts), INTERVAL '30' MINUTE, INTERVAL '1' HOUR)) GROUP BY k, window_start, window_end, window_time;
