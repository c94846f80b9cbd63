-- By processing time rows come one after the other: frames of some rows before.
-- splits: 1
CREATE TABLE t (k STRING, v INT, pt AS PROCTIME()) WITH ('connector' = 'rows');
--| a    | 1
--| b    | 10
--| a    | NULL
--| NULL | 5
--| a    | 4
--| b    | 20
--| NULL | 7
--| a    | 8

SELECT k, v, SUM(v) OVER w, COUNT(*) OVER w, MAX(v) OVER w FROM t
WINDOW w AS (PARTITION BY k ORDER BY pt ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
--| a | 1 | 1 | 1 | 1
--| b | 10 | 10 | 1 | 10
--| a | NULL | 1 | 2 | 1
--| NULL | 5 | 5 | 1 | 5
--| a | 4 | 4 | 2 | 4
--| b | 20 | 30 | 2 | 20
--| NULL | 7 | 12 | 2 | 7
--| a | 8 | 12 | 2 | 8
