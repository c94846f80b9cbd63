-- Casts between numbers and text.
CREATE TABLE t (id INT, i INT, b BIGINT, d DECIMAL(10, 2), f DOUBLE) WITH ('connector' = 'rows');
--| 1 | 7    | 9000000000 | 12.34   | 1.5
--| 2 | -7   | -3         | -0.05   | -0.25
--| 3 | NULL | NULL       | NULL    | NULL
--| 4 | 0    | 0          | 0.00    | 0.0
--| 5 | 100  | 5          | 9999.99 | 1000000.125

SELECT id, CAST(i AS STRING), CAST(d AS INT), CAST(f AS INT), CAST(b AS DOUBLE), CAST(d AS DOUBLE), CAST(i AS
  DECIMAL(8, 2)), CAST(f AS DECIMAL(10, 1)), TRY_CAST('x' AS INT) FROM t;
--| 1 | 7 | 12 | 1 | 9.0E9 | 12.34 | 7.00 | 1.5 | NULL
--| 2 | -7 | 0 | 0 | -3.0 | -0.05 | -7.00 | -0.3 | NULL
--| 3 | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL
--| 4 | 0 | 0 | 0 | 0.0 | 0.0 | 0.00 | 0.0 | NULL
--| 5 | 100 | 9999 | 1000000 | 5.0 | 9999.99 | 100.00 | 1000000.1 | NULL
