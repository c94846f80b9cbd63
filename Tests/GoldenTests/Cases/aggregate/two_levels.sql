-- How many customers have how many orders: the outer aggregate takes back what the inner one changes.
CREATE TABLE orders (customer STRING) WITH ('connector' = 'rows');
--| ann
--| bob
--| ann
--| cat
--| bob
--| dan
--| ann

SELECT n, COUNT(*) FROM (SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer) GROUP BY n;
--| 1 | 2
--| 2 | 1
--| 3 | 1
