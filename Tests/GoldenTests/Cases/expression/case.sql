-- CASE in both forms, COALESCE, NULLIF, IF.
CREATE TABLE t (id INT, i INT, b BIGINT, d DECIMAL(10, 2), f DOUBLE) WITH ('connector' = 'rows');
--| 1 | 7    | 9000000000 | 12.34   | 1.5
--| 2 | -7   | -3         | -0.05   | -0.25
--| 3 | NULL | NULL       | NULL    | NULL
--| 4 | 0    | 0          | 0.00    | 0.0
--| 5 | 100  | 5          | 9999.99 | 1000000.125

SELECT id, CASE WHEN i > 5 THEN 'big' WHEN i < 0 THEN 'below' ELSE 'other' END, CASE i WHEN 7 THEN 1 WHEN 0 THEN 2
  END, COALESCE(i, 42), NULLIF(i, 7), IF(i > 0, 'yes', 'no') FROM t;
--| 1 | big | 1 | 7 | NULL | yes
--| 2 | below | NULL | -7 | -7 | no
--| 3 | other | NULL | 42 | NULL | no
--| 4 | other | 2 | 0 | 0 | no
--| 5 | big | NULL | 100 | 100 | yes
