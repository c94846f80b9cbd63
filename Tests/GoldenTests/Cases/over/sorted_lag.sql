-- LAG in the order of a column that is no time: a row that comes changes the values of those behind it.
CREATE TABLE t (k STRING, v INT, s STRING) WITH ('connector' = 'rows');
--| a | 1    | p
--| a | 5    | q
--| b | 10   | r
--| a | 3    | s
--| b | NULL | t
--| b | 7    | u
--| a | 4    | v

SELECT k, v, LAG(s) OVER (PARTITION BY k ORDER BY v), LAG(v, 2, -1) OVER (PARTITION BY k ORDER BY v) FROM t;
--| a | 1 | NULL | -1
--| a | 3 | p | -1
--| a | 4 | s | 1
--| a | 5 | v | 3
--| b | NULL | NULL | -1
--| b | 7 | t | -1
--| b | 10 | u | -1
