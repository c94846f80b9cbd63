-- By processing time the frame of all rows before.
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

SELECT k, v, SUM(v) OVER (PARTITION BY k ORDER BY pt ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t;
--| a | 1 | 1
--| b | 10 | 10
--| a | NULL | 1
--| NULL | 5 | 5
--| a | 4 | 5
--| b | 20 | 30
--| NULL | 7 | 12
--| a | 8 | 13
