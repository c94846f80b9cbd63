-- The greatest row of all keys whose sessions are the same.
CREATE TABLE t (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' MINUTE) WITH ('connector' = 'rows');
--| a | 1 | 2024-01-01 00:00:01
--| b | 2 | 2024-01-01 00:00:01
--| a | 3 | 2024-01-01 00:00:03
--| b | 5 | 2024-01-01 00:00:03
--| c | 9 | 2024-01-01 00:00:02
--| b | 7 | 2024-01-01 00:00:20
CREATE VIEW s AS SELECT * FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '5' SECOND));

SELECT k, v, window_start, window_end FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY v DESC) AS rn
  FROM s) WHERE rn = 1;
--| b | 5 | 2024-01-01 00:00:01.000 | 2024-01-01 00:00:08.000
--| b | 7 | 2024-01-01 00:00:20.000 | 2024-01-01 00:00:25.000
--| c | 9 | 2024-01-01 00:00:02.000 | 2024-01-01 00:00:07.000
