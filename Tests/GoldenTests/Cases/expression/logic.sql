-- AND, OR and NOT with three values.
CREATE TABLE t (id INT, i INT, b BIGINT, d DECIMAL(10, 2), f DOUBLE) WITH ('connector' = 'rows');
--| 1 | 7    | 9000000000 | 12.34   | 1.5
--| 2 | -7   | -3         | -0.05   | -0.25
--| 3 | NULL | NULL       | NULL    | NULL
--| 4 | 0    | 0          | 0.00    | 0.0
--| 5 | 100  | 5          | 9999.99 | 1000000.125

SELECT id, i > 0 AND f > 0, i > 0 OR f < 0, NOT i > 0, (i > 0) IS TRUE, (i > 0) IS NOT FALSE, (i > 0) IS UNKNOWN FROM
  t;
--| 1 | TRUE | TRUE | FALSE | TRUE | TRUE | FALSE
--| 2 | FALSE | TRUE | TRUE | FALSE | FALSE | FALSE
--| 3 | NULL | NULL | NULL | FALSE | TRUE | TRUE
--| 4 | FALSE | FALSE | TRUE | FALSE | FALSE | FALSE
--| 5 | TRUE | TRUE | FALSE | TRUE | TRUE | FALSE
