-- Which percentile is known before any row.
CREATE TABLE t (v INT, p DOUBLE) WITH ('connector' = 'rows');
SELECT PERCENTILE(v, p) FROM t;
--! line 3, column 22: the percentage of PERCENTILE is a constant number, or an array of them; expected 0.5
--!   SELECT PERCENTILE(v, p) FROM t;
--!                        ^
