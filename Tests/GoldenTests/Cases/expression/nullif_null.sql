-- NULLIF with NULL gives the first argument, be it 0 or empty.
CREATE TABLE t (i BIGINT, s STRING) WITH ('connector' = 'rows');
--| 0    | ''
--| 1    | a
--| NULL | NULL
--| 0    | b

SELECT i, s, NULLIF(i, CAST(NULL AS BIGINT)), NULLIF(s, CAST(NULL AS STRING)), NULLIF(i, 0), NULLIF(s, '') FROM t;
--| 0    | ''   | 0    | ''   | NULL | NULL
--| 0    | b    | 0    | b    | NULL | b
--| 1    | a    | 1    | a    | 1    | a
--| NULL | NULL | NULL | NULL | NULL | NULL
