-- A window join and a Top-N of windows in a time zone.
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
CREATE VIEW w AS SELECT * FROM TABLE(TUMBLE(TABLE e, DESCRIPTOR(ts), INTERVAL '1' HOUR));

SELECT x.k, CAST(x.ts AS TIMESTAMP(3)), CAST(y.ts AS TIMESTAMP(3)), x.window_start FROM w x JOIN w y ON x.k = y.k AND x.window_start = y.window_start AND x.window_end = y.window_end WHERE x.ts < y.ts;
--| a | 2024-11-03 01:30:00.000 | 2024-11-03 01:15:00.000 | 2024-11-03 01:00:00.000
--| a | 2024-11-03 01:30:00.000 | 2024-11-03 01:45:00.000 | 2024-11-03 01:00:00.000
--| a | 2024-11-03 01:45:00.000 | 2024-11-03 01:15:00.000 | 2024-11-03 01:00:00.000
