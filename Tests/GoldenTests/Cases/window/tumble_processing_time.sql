-- A tumbling window by the clock closes when the clock has come to its end, the last one when the input ends.
-- flink: no, because its rows do not wait for each other
CREATE TABLE bids (item STRING, price INT) WITH ('connector' = 'rows');
--| a | 1
--| a | 2
--| b | 4
--@ 9
--| a | 8
--@ 12
--| a | 16
--| a | NULL
CREATE VIEW timed AS SELECT *, PROCTIME() AS pt FROM bids;

SELECT item, window_start, window_end, COUNT(*), SUM(price) FROM TABLE(TUMBLE(TABLE timed, DESCRIPTOR(pt), INTERVAL '10' SECOND))
GROUP BY item, window_start, window_end;
--| a | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000 | 3 | 11
--| b | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:10.000 | 1 | 4
--| a | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:20.000 | 2 | 16
