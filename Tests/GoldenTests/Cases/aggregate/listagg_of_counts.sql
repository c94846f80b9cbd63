-- LISTAGG and COLLECT over counts that change: groups wander between the lists.
CREATE TABLE orders (id INT, customer STRING, amount INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1 | ann  | 10
--| +I 2 | bob  | 20
--| +I 3 | ann  | NULL
--| +I 4 | cat  | 20
--| -U 1 | ann  | 10
--| +U 1 | bob  | 15
--| +I 5 | NULL | 7
--| +I 6 | dan  | 4
--| -D 2 | bob  | 20
--| -U 3 | ann  | NULL
--| +U 3 | ann  | 30
--| +I 7 | ann  | 30
--| -D 6 | dan  | 4
--| +I 8 | NULL | NULL
--| +I 9 | cat  | 5
--| -U 4 | cat  | 20
--| +U 4 | cat  | 15

SELECT n, MIN(customer), CAST(COLLECT(n) AS STRING), LISTAGG(CAST(n AS STRING), '/') FROM (
  SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer) GROUP BY n;
--| 1 | bob | {1=1} | 1
--| 2 | ann | {2=3} | 2/2/2
