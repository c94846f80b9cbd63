-- A random value is computed once a row, however often it is used.
CREATE TABLE t (a INT) WITH ('connector' = 'rows');
--| 1
--| 2
--| 3

SELECT a, r = s, r >= 0 AND r < 1, CHAR_LENGTH(u) FROM (SELECT a, r, r AS s, u FROM (SELECT a, RAND() AS r, UUID() AS u FROM t)) WHERE r + s >= 0;
--| 1 | TRUE | TRUE | 36
--| 2 | TRUE | TRUE | 36
--| 3 | TRUE | TRUE | 36
