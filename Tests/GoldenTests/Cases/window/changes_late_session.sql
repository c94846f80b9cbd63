-- Of a session that is closed nothing is taken back any more.
-- late: 2
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
FROM TABLE(SESSION(TABLE orders PARTITION BY shop, DESCRIPTOR(t), INTERVAL '10' SECOND))
GROUP BY shop, window_start, window_end;
--| north | 2024-01-01 00:00:01.000 | 2024-01-01 00:00:17.000 | 1 | 10 | 10
--| north | 2024-01-01 00:00:22.000 | 2024-01-01 00:00:32.000 | 1 | 1 | 1
--| south | 2024-01-01 00:00:03.000 | 2024-01-01 00:00:18.000 | 1 | 6 | 6
--| south | 2024-01-01 00:00:45.000 | 2024-01-01 00:00:55.000 | 1 | 3 | 3
--| west | 2024-01-01 00:00:11.000 | 2024-01-01 00:00:21.000 | 1 | 9 | 9
