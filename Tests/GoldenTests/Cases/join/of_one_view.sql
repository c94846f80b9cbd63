-- A view joined with itself: its aggregation is computed once.
CREATE TABLE sales (item STRING, price INT) WITH ('connector' = 'rows');
--| a | 1
--| b | 2
--| a | 3
--| c | 2
--| b | 2
--| d | 9
CREATE VIEW sums AS SELECT item, SUM(price) AS total FROM sales GROUP BY item;

SELECT x.item, y.item, x.total FROM sums AS x JOIN sums AS y ON x.total = y.total WHERE x.item <= y.item;
--| a | a | 4
--| a | b | 4
--| b | b | 4
--| c | c | 2
--| d | d | 9
