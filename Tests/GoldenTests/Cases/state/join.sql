-- Each row of a join expires on its own, the time to live after it was written last.
-- flink: no, because its rows do not wait for each other
SET 'table.exec.state.ttl' = '10 s';
CREATE TABLE l (k INT, a STRING) WITH ('connector' = 'rows');
--| 1 | x
--@ 5
--| 1 | y
--@ 21
--| 1 | z
CREATE TABLE r (k INT, b STRING) WITH ('connector' = 'rows');
--@ 3
--| 1 | p
--@ 12
--| 1 | q
--@ 16
--| 1 | s

SELECT l.k, a, b FROM l JOIN r ON l.k = r.k;
--| 1 | x | p
--| 1 | y | p
--| 1 | y | q
--| 1 | z | q
--| 1 | z | s
