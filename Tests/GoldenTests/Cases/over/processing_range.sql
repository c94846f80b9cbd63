-- By processing time a range of some seconds: rows of one moment share it.
-- flink: no, because its rows do not wait for each other
CREATE TABLE t (k STRING, v INT, pt AS PROCTIME()) WITH ('connector' = 'rows');
--| a | 1
--| b | 10
--| a | 2
--@ 5
--| a | 4
--@ 9
--| a | NULL
--| b | 20
--@ 15
--| a | 8

SELECT k, v, SUM(v) OVER w, COUNT(*) OVER w FROM t
WINDOW w AS (PARTITION BY k ORDER BY pt RANGE BETWEEN INTERVAL '9' SECOND PRECEDING AND CURRENT ROW);
--| a | 1 | 3 | 2
--| a | 2 | 3 | 2
--| b | 10 | 10 | 1
--| a | 4 | 7 | 3
--| a | NULL | 7 | 4
--| b | 20 | 30 | 2
--| a | 8 | 8 | 2
