-- A hint takes a duration.
CREATE TABLE orders (id INT) WITH ('connector' = 'rows');
CREATE TABLE sums (id INT, n BIGINT) WITH ('connector' = 'rows');
INSERT INTO sums SELECT /*+ STATE_TTL('orders' = 'long') */ id, COUNT(*) FROM orders GROUP BY id;
--! line 4, column 50: STATE_TTL takes a duration such as '1 d', not 'long'
--!   INSERT INTO sums SELECT /*+ STATE_TTL('orders' = 'long') */ id, COUNT(*) FROM orders GROUP BY id;
--!                                                    ^
