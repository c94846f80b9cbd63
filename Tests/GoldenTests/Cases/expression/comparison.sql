-- Comparisons, with NULLs.
CREATE TABLE t (id INT, i INT, b BIGINT, d DECIMAL(10, 2), f DOUBLE) WITH ('connector' = 'rows');
--| 1 | 7    | 9000000000 | 12.34   | 1.5
--| 2 | -7   | -3         | -0.05   | -0.25
--| 3 | NULL | NULL       | NULL    | NULL
--| 4 | 0    | 0          | 0.00    | 0.0
--| 5 | 100  | 5          | 9999.99 | 1000000.125

SELECT id, i = 7, i <> 7, i < b, d >= 0, f BETWEEN -1 AND 2, i IN (7, 0, NULL), i NOT IN (1, 2), i IS NULL, i IS NOT
  DISTINCT FROM NULL FROM t;
--| 1 | TRUE | FALSE | TRUE | TRUE | TRUE | TRUE | TRUE | FALSE | FALSE
--| 2 | FALSE | TRUE | TRUE | FALSE | TRUE | NULL | TRUE | FALSE | FALSE
--| 3 | NULL | NULL | NULL | NULL | NULL | NULL | NULL | TRUE | TRUE
--| 4 | FALSE | TRUE | FALSE | TRUE | TRUE | TRUE | TRUE | FALSE | FALSE
--| 5 | FALSE | TRUE | FALSE | TRUE | FALSE | NULL | TRUE | FALSE | FALSE
