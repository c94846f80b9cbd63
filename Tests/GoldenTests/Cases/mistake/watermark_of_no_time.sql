-- CURRENT_WATERMARK takes a column that watermarks speak about.
CREATE TABLE t (a INT, ts TIMESTAMP(3)) WITH ('connector' = 'rows');
SELECT a, CURRENT_WATERMARK(ts) FROM t;
--! line 3, column 11: CURRENT_WATERMARK takes an event-time attribute: a column with WATERMARK FOR, passed on unchanged; expected CURRENT_WATERMARK(ts)
--!   SELECT a, CURRENT_WATERMARK(ts) FROM t;
--!             ^
