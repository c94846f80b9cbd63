-- Days of a time zone on which clocks are set back: windows over TIMESTAMP_LTZ go by the session's clocks.
SET 'table.local-time-zone' = 'America/New_York';
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

SELECT window_start, window_end, CAST(window_time AS TIMESTAMP(3)), COUNT(*) FROM TABLE(TUMBLE(TABLE e, DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_start, window_end, window_time;
--| 2024-11-02 00:00:00.000 | 2024-11-03 00:00:00.000 | 2024-11-02 23:59:59.999 | 2
--| 2024-11-03 00:00:00.000 | 2024-11-04 00:00:00.000 | 2024-11-03 23:59:59.999 | 7
--| 2024-11-04 00:00:00.000 | 2024-11-05 00:00:00.000 | 2024-11-04 23:59:59.999 | 1
--| 2024-11-05 00:00:00.000 | 2024-11-06 00:00:00.000 | 2024-11-05 23:59:59.999 | 1
