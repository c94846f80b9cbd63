-- Sides of a join with times to live of their own: rows of one go, those of the other stay for ever.
-- flink: no, because its rows do not wait for each other
CREATE TABLE orders (id INT) WITH ('connector' = 'rows');
--| 1
--@ 30
--| 1
CREATE TABLE payments (id INT, v STRING) WITH ('connector' = 'rows');
--@ 20
--| 1 | late

SELECT /*+ STATE_TTL('o' = '10 s', 'p' = '0 s') */ o.id, p.v FROM orders o LEFT JOIN payments AS p ON o.id = p.id;
--| 1 | NULL
--| 1 | late
