-- A hint names a table that FROM does not have.
CREATE TABLE orders (id INT) WITH ('connector' = 'rows');
CREATE TABLE sums (id INT, n BIGINT) WITH ('connector' = 'rows');
INSERT INTO sums SELECT /*+ STATE_TTL('order' = '1 d') */ id, COUNT(*) FROM orders GROUP BY id;
--! line 4, column 39: STATE_TTL names 'order', which is no table of this FROM; expected orders; did you mean 'orders'?
--!   INSERT INTO sums SELECT /*+ STATE_TTL('order' = '1 d') */ id, COUNT(*) FROM orders GROUP BY id;
--!                                         ^
