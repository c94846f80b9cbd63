-- A row that is taken back after some of its windows are closed leaves the others.
-- late: 1
CREATE TABLE orders (id INT, shop STRING, amount INT, t TIMESTAMP(3), WATERMARK FOR t AS t)
WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I | 1 | north | 10 | 2024-01-01 00:00:01
--| +I | 2 | south | 5  | 2024-01-01 00:00:03
--| +I | 3 | north | 4  | 2024-01-01 00:00:07
--| +I | 4 | south | 6  | 2024-01-01 00:00:08
--| +I | 5 | west  | 9  | 2024-01-01 00:00:11
--| -D | 3 | north | 4  | 2024-01-01 00:00:07
--| -D | 2 | south | 5  | 2024-01-01 00:00:03
--| +I | 6 | north | 1  | 2024-01-01 00:00:22
--| -D | 1 | north | 10 | 2024-01-01 00:00:01
--| -D | 5 | west  | 9  | 2024-01-01 00:00:11
--| +I | 7 | south | 3  | 2024-01-01 00:00:45

SELECT shop, window_start, window_end, COUNT(*), SUM(amount), MIN(amount)
FROM TABLE(HOP(TABLE orders, DESCRIPTOR(t), INTERVAL '10' SECOND, INTERVAL '20' SECOND))
GROUP BY shop, window_start, window_end;
--| north | 2023-12-31 23:59:50.000 | 2024-01-01 00:00:10.000 | 2 | 14 | 4
--| north | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:20.000 | 1 | 10 | 10
--| north | 2024-01-01 00:00:10.000 | 2024-01-01 00:00:30.000 | 1 | 1 | 1
--| north | 2024-01-01 00:00:20.000 | 2024-01-01 00:00:40.000 | 1 | 1 | 1
--| south | 2023-12-31 23:59:50.000 | 2024-01-01 00:00:10.000 | 2 | 11 | 5
--| south | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:20.000 | 1 | 6 | 6
--| south | 2024-01-01 00:00:30.000 | 2024-01-01 00:00:50.000 | 1 | 3 | 3
--| south | 2024-01-01 00:00:40.000 | 2024-01-01 00:01:00.000 | 1 | 3 | 3
--| west | 2024-01-01 00:00:00.000 | 2024-01-01 00:00:20.000 | 1 | 9 | 9
