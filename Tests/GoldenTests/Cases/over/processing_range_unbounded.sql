-- By processing time no row comes with another, so that a range of all times goes by rows.
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

SELECT k, v, SUM(v) OVER (PARTITION BY k ORDER BY PROCTIME()), COUNT(v) OVER (PARTITION BY k ORDER BY PROCTIME()) FROM t;
--| a | 1 | 1 | 1
--| b | 10 | 10 | 1
--| a | NULL | 1 | 1
--| NULL | 5 | 5 | 1
--| a | 4 | 5 | 2
--| b | 20 | 30 | 2
--| NULL | 7 | 12 | 2
--| a | 8 | 13 | 3
