-- What the INSERTs of a statement set have in common is computed once, and each sink has its rows.
CREATE TABLE sales (item STRING, price INT) WITH ('connector' = 'rows');
--| a | 1
--| b | 2
--| a | 3
--| c | 8
--| b | 2
CREATE VIEW sums AS SELECT item, SUM(price) AS total FROM sales GROUP BY item;
CREATE TABLE small (item STRING, total INT) WITH ('connector' = 'rows');
--| a | 4
--| b | 4
CREATE TABLE counts (total INT, n BIGINT) WITH ('connector' = 'rows');
--| 4 | 2
--| 8 | 1
CREATE TABLE twice (item STRING, price INT) WITH ('connector' = 'rows');
--| a | 1
--| b | 2
--| a | 3
--| c | 8
--| b | 2
--| a | 1
--| b | 2
--| a | 3
--| c | 8
--| b | 2

EXECUTE STATEMENT SET BEGIN
INSERT INTO small SELECT item, total FROM sums WHERE total < 5;
INSERT INTO counts SELECT total, COUNT(*) FROM sums GROUP BY total;
INSERT INTO twice SELECT * FROM sales;
INSERT INTO twice SELECT * FROM sales;
END;
