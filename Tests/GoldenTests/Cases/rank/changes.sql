-- Top-N over a changelog: a row that goes lets the next one in.
CREATE TABLE orders (id INT, customer STRING, amount INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1 | ann | 10
--| +I 2 | bob | 20
--| +I 3 | ann | 30
--| -U 1 | ann | 10
--| +U 1 | ann | 15
--| +I 5 | dan | NULL
--| -D 2 | bob | 20
--| +I 4 | cat | 5
--| -U 4 | cat | 5
--| +U 4 | ann | 5
--| +I 6 | NULL | 7
--| +I 7 | bob | 15
--| -D 3 | ann | 30

SELECT customer, id, amount, n FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY amount DESC, id) AS n
  FROM orders) WHERE n <= 2;
--| NULL | 6 | 7 | 1
--| ann | 1 | 15 | 1
--| ann | 4 | 5 | 2
--| bob | 7 | 15 | 1
--| dan | 5 | NULL | 1
