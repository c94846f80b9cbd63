-- An equal row that comes again renews the one that is there; after its time it is the first of its kind.
-- flink: no, because its rows do not wait for each other
SET 'table.exec.state.ttl' = '10 s';
CREATE TABLE l (k INT, a STRING) WITH ('connector' = 'rows');
--| 1 | x
--| 2 | y
--@ 8
--| 1 | x
--@ 12
--| 2 | y
CREATE TABLE r (k INT, b STRING) WITH ('connector' = 'rows');
--@ 15
--| 1 | p
--| 2 | q

SELECT l.k, a, b FROM l JOIN r ON l.k = r.k;
--| 1 | x | p
--| 1 | x | p
--| 2 | y | q
