-- An update of a source: the old row out, the new one in.
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

SELECT id, customer, amount FROM orders;
--| 1 | ann | 15
--| 4 | ann | 5
--| 5 | dan | NULL
--| 6 | NULL | 7
--| 7 | bob | 15
