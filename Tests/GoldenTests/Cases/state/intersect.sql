-- How often a row is in either input is forgotten for both.
-- flink: no, because its rows do not wait for each other
SET 'table.exec.state.ttl' = '10 s';
CREATE TABLE l (a STRING) WITH ('connector' = 'rows');
--| x
--| y
--@ 20
--| x
CREATE TABLE r (a STRING) WITH ('connector' = 'rows');
--@ 5
--| x
--@ 12
--| y
--@ 22
--| x

SELECT a FROM l INTERSECT SELECT a FROM r;
--| x
--| x
