-- A Top-N over counts that change.
CREATE TABLE t (k STRING) WITH ('connector' = 'rows');
--| a
--| b
--| b
--| c
--| c
--| c

SELECT k, COUNT(*) AS n FROM t GROUP BY k ORDER BY n DESC, k FETCH FIRST 2 ROWS ONLY;
--| c | 3
--| b | 2
