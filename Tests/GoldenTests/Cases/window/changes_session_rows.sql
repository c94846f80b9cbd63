-- A session as a table passes on the changes of its rows when it closes.
CREATE TABLE orders (id INT, shop STRING, amount INT, t TIMESTAMP(3), WATERMARK FOR t AS t - INTERVAL '20' SECOND)
WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I | 1 | north | 10   | 2024-01-01 00:00:01
--| +I | 2 | south | 5    | 2024-01-01 00:00:02
--| +I | 3 | north | 30   | 2024-01-01 00:00:04
--| -U | 3 | north | 30   | 2024-01-01 00:00:04
--| +U | 3 | north | 7    | 2024-01-01 00:00:04
--| +I | 4 | south | NULL | 2024-01-01 00:00:12
--| -D | 2 | south | 5    | 2024-01-01 00:00:02
--| +I | 5 | west  | 8    | 2024-01-01 00:00:13
--| +I | 6 | north | 10   | 2024-01-01 00:00:14
--| -D | 5 | west  | 8    | 2024-01-01 00:00:13
--| +I | 7 | NULL  | 4    | 2024-01-01 00:00:21
--| -D | 1 | north | 10   | 2024-01-01 00:00:01
--| +I | 8 | north | 2    | 2024-01-01 00:00:24
--| +I | 9 | south | 9    | 2024-01-01 00:00:33
--| +I | 10 | south | 6   | 2024-01-01 00:00:35
--| -U | 9 | south | 9    | 2024-01-01 00:00:33
--| +U | 9 | north | 9    | 2024-01-01 00:00:33
--| +I | 11 | west | 1    | 2024-01-01 00:00:58
--| -D | 10 | south | 6   | 2024-01-01 00:00:35
--| -D | 11 | west | 1    | 2024-01-01 00:00:58

SELECT id, shop, amount, window_start, window_end
FROM TABLE(SESSION(TABLE orders PARTITION BY shop, DESCRIPTOR(t), INTERVAL '11' SECOND));
--| 3 | north | 7 | 2024-01-01 00:00:01.000 | 2024-01-01 00:00:44.000
--| 4 | south | NULL | 2024-01-01 00:00:02.000 | 2024-01-01 00:00:23.000
--| 6 | north | 10 | 2024-01-01 00:00:01.000 | 2024-01-01 00:00:44.000
--| 7 | NULL | 4 | 2024-01-01 00:00:21.000 | 2024-01-01 00:00:32.000
--| 8 | north | 2 | 2024-01-01 00:00:01.000 | 2024-01-01 00:00:44.000
--| 9 | north | 9 | 2024-01-01 00:00:01.000 | 2024-01-01 00:00:44.000
