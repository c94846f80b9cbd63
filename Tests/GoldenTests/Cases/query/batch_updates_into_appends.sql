-- In batch mode a sink of inserts takes what changes in a stream: it gets the final rows alone.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (k INT, n INT) WITH ('connector' = 'rows');
--| 1    | 10
--| 1    | 20
--| 2    | 5
--| NULL | 1
CREATE TABLE names (k INT, name STRING) WITH ('connector' = 'rows');
--| 1 | one
--| 3 | three
CREATE TABLE totals (k INT, name STRING, n INT) WITH ('connector' = 'appends');
--| 1    | one  | 30
--| 2    | NULL | 5
--| NULL | NULL | 1

INSERT INTO totals SELECT s.k, name, n FROM (SELECT k, SUM(n) AS n FROM t GROUP BY k) AS s LEFT JOIN names ON s.k = names.k ORDER BY n DESC;
