-- ORDER BY with LIMIT and OFFSET keeps the rows of those places, by a key that is not in the list.
CREATE TABLE t (name STRING, n INT) WITH ('connector' = 'rows');
--| a | 5
--| b | 4
--| c | 3
--| d | 2
--| e | 1
--| f | NULL

SELECT name FROM t ORDER BY n LIMIT 3 OFFSET 1;
--| e
--| d
--| c
