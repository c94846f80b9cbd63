-- Functions of numbers.
CREATE TABLE t (id INT, i INT, b BIGINT, d DECIMAL(10, 2), f DOUBLE) WITH ('connector' = 'rows');
--| 1 | 7    | 9000000000 | 12.34   | 1.5
--| 2 | -7   | -3         | -0.05   | -0.25
--| 3 | NULL | NULL       | NULL    | NULL
--| 4 | 0    | 0          | 0.00    | 0.0
--| 5 | 100  | 5          | 9999.99 | 1000000.125

SELECT id, ABS(i), ROUND(d, 1), FLOOR(d), CEIL(d), SIGN(i), ABS(f), POWER(i, 2), GREATEST(i, 5), LEAST(i, 5) FROM t;
--| 1 | 7 | 12.3 | 12 | 13 | 1 | 1.5 | 49.0 | 7 | 5
--| 2 | 7 | -0.1 | -1 | 0 | -1 | 0.25 | 49.0 | 5 | -7
--| 3 | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL
--| 4 | 0 | 0.0 | 0 | 0 | 0 | 0.0 | 0.0 | 5 | 0
--| 5 | 100 | 10000.0 | 9999 | 10000 | 1 | 1000000.125 | 10000.0 | 100 | 5
