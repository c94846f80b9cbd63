-- A right interval join by processing time: rows that come within some seconds of each other.
-- flink: no, because its rows do not wait for each other
CREATE TABLE o (id INT, k INT, pt AS PROCTIME()) WITH ('connector' = 'rows');
--| 1 | 1
--| 2 | 2
--@ 4
--| 3 | 1
--@ 20
--| 4 | 2
--| 5 | NULL
CREATE TABLE s (n INT, k INT, pt AS PROCTIME()) WITH ('connector' = 'rows');
--@ 2
--| 10 | 1
--@ 10
--| 11 | 1
--@ 15
--| 12 | 2
--@ 26
--| 13 | 2
--@ 40
--| 14 | NULL

SELECT o.id, s.n FROM o RIGHT JOIN s ON o.k = s.k AND s.pt BETWEEN o.pt AND o.pt + INTERVAL '6' SECOND;
--| 1 | 10
--| 3 | 11
--| 4 | 13
--| NULL | 12
--| NULL | 14
