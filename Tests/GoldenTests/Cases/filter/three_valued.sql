-- WHERE keeps the rows where the condition is TRUE, not those where it is unknown.
CREATE TABLE t (a INT, s STRING) WITH ('connector' = 'rows');
--| 1    | x
--| NULL | ''
--| 3    | NULL
--| 4    | 'a|b'
--| 5    | ' NULL'

SELECT a, s, a > 3 AND s <> 'x' FROM t WHERE NOT (a = 3) OR s IS NULL OR s = '';
--| 1    | x      | FALSE
--| NULL | ''     | NULL
--| 3    | NULL   | FALSE
--| 4    | 'a|b'  | TRUE
--| 5    | ' NULL' | TRUE
