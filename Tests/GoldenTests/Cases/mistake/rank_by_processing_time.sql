-- A rank goes by times, which the clock has too few of.
CREATE TABLE t (k STRING, v INT, pt AS PROCTIME()) WITH ('connector' = 'rows');
SELECT k, RANK() OVER (PARTITION BY k ORDER BY pt) FROM t;
--! line 3, column 48: RANK by processing time is not supported; ROW_NUMBER counts rows as they come
--!   SELECT k, RANK() OVER (PARTITION BY k ORDER BY pt) FROM t;
--!                                                  ^
