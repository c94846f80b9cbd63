-- PROCTIME() is the time at which a row comes by, as a computed column and in SELECT, through views and unions.
-- flink: no, because its rows do not wait for each other
CREATE TABLE clicks (item STRING, pt AS PROCTIME()) WITH ('connector' = 'rows');
--| a
--@ 10
--| b
CREATE VIEW both_ways AS SELECT item, pt FROM clicks UNION ALL SELECT item || '!', PROCTIME() FROM clicks;

SELECT item, CAST(pt AS TIMESTAMP(3)) FROM both_ways;
--| a  | 2024-01-01 00:00:00.000
--| b  | 2024-01-01 00:00:10.000
--| a! | 2024-01-01 00:00:00.000
--| b! | 2024-01-01 00:00:10.000
