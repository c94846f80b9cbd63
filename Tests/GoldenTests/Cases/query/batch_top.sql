-- In batch mode the first rows of an aggregation in any order, left out and kept.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (k STRING) WITH ('connector' = 'rows');
--| a
--| b
--| b
--| c
--| c
--| c

SELECT k, COUNT(*) FROM t GROUP BY k ORDER BY COUNT(*) DESC LIMIT 1 OFFSET 1;
--| b | 2
