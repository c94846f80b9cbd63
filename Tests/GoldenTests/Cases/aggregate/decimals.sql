-- Sums and averages of DECIMAL and DOUBLE.
CREATE TABLE t (id INT, i INT, b BIGINT, d DECIMAL(10, 2), f DOUBLE) WITH ('connector' = 'rows');
--| 1 | 7    | 9000000000 | 12.34   | 1.5
--| 2 | -7   | -3         | -0.05   | -0.25
--| 3 | NULL | NULL       | NULL    | NULL
--| 4 | 0    | 0          | 0.00    | 0.0
--| 5 | 100  | 5          | 9999.99 | 1000000.125

SELECT SUM(d), AVG(d), SUM(f), AVG(f), SUM(b), AVG(b), AVG(i) FROM t;
--| 10012.28 | 2503.070000 | 1000001.375 | 250000.34375 | 9000000002 | 2250000000 | 25
