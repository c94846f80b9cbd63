-- Hours, then days of windows, on a day on which clocks are set back.
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
CREATE VIEW hours AS SELECT k, window_time AS t, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE e, DESCRIPTOR(ts), INTERVAL '1' HOUR))
  GROUP BY k, window_start, window_end, window_time;

SELECT window_start, window_end, SUM(n), COUNT(*) FROM TABLE(TUMBLE(TABLE hours, DESCRIPTOR(t), INTERVAL '1' DAY)) GROUP BY window_start, window_end;
--| 2024-11-02 00:00:00.000 | 2024-11-03 00:00:00.000 | 2 | 2
--| 2024-11-03 00:00:00.000 | 2024-11-04 00:00:00.000 | 7 | 5
--| 2024-11-04 00:00:00.000 | 2024-11-05 00:00:00.000 | 1 | 1
--| 2024-11-05 00:00:00.000 | 2024-11-06 00:00:00.000 | 1 | 1
