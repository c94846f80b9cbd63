-- LAG and ROW_NUMBER by processing time.
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

SELECT k, v, LAG(v) OVER (PARTITION BY k ORDER BY pt), LAG(v, 2, -1) OVER (PARTITION BY k ORDER BY pt) FROM t;
--| a | 1 | NULL | -1
--| b | 10 | NULL | -1
--| a | NULL | 1 | -1
--| NULL | 5 | NULL | -1
--| a | 4 | NULL | 1
--| b | 20 | 10 | -1
--| NULL | 7 | 5 | -1
--| a | 8 | 4 | -1
