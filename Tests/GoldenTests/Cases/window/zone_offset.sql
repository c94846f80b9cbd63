-- Windows by a fixed offset of half an hour.
-- flink: no, because it counts one of the three rows of 11:00, where the windows of the zone end within an hour of UTC
SET 'table.local-time-zone' = 'GMT+05:30';
CREATE TABLE e (k STRING, secs BIGINT, ts AS TO_TIMESTAMP_LTZ(secs, 0), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
--| a | 1730548800
--| a | 1730606399
--| b | 1730606400
--| a | 1730611800
--| a | 1730612700
--| a | 1730614500
--| b | 1730616300
--| a | 1730617800
--| b | 1730696399
--| a | 1730696400
--| a | 1730808000

SELECT k, window_start, window_end, CAST(window_time AS TIMESTAMP(3)), COUNT(*) FROM TABLE(TUMBLE(TABLE e, DESCRIPTOR(ts), INTERVAL '1' HOUR)) GROUP BY k, window_start, window_end, window_time;
--| a | 2024-11-02 17:00:00.000 | 2024-11-02 18:00:00.000 | 2024-11-02 17:59:59.999 | 1
--| a | 2024-11-03 09:00:00.000 | 2024-11-03 10:00:00.000 | 2024-11-03 09:59:59.999 | 1
--| a | 2024-11-03 11:00:00.000 | 2024-11-03 12:00:00.000 | 2024-11-03 11:59:59.999 | 3
--| a | 2024-11-03 12:00:00.000 | 2024-11-03 13:00:00.000 | 2024-11-03 12:59:59.999 | 1
--| a | 2024-11-04 10:00:00.000 | 2024-11-04 11:00:00.000 | 2024-11-04 10:59:59.999 | 1
--| a | 2024-11-05 17:00:00.000 | 2024-11-05 18:00:00.000 | 2024-11-05 17:59:59.999 | 1
--| b | 2024-11-03 09:00:00.000 | 2024-11-03 10:00:00.000 | 2024-11-03 09:59:59.999 | 1
--| b | 2024-11-03 12:00:00.000 | 2024-11-03 13:00:00.000 | 2024-11-03 12:59:59.999 | 1
--| b | 2024-11-04 10:00:00.000 | 2024-11-04 11:00:00.000 | 2024-11-04 10:59:59.999 | 1
