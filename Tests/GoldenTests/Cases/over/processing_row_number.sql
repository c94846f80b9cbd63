-- ROW_NUMBER by processing time numbers rows as they come.
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

SELECT k, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY pt) FROM t;
--| a | 1 | 1
--| b | 10 | 1
--| a | NULL | 2
--| NULL | 5 | 1
--| a | 4 | 3
--| b | 20 | 2
--| NULL | 7 | 2
--| a | 8 | 4
