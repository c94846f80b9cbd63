-- USING a column that is not the first: it comes first nevertheless.
CREATE TABLE t (k INT, v INT) WITH ('connector' = 'rows');
--| 1 | 10
--| 2 | 20
--| 2 | 5
--| 3 | NULL
--| NULL | 10
--| 4 | 40
CREATE TABLE s (k INT, v INT, z STRING) WITH ('connector' = 'rows');
--| 1 | 10 | a
--| 2 | 20 | b
--| 9 | 90 | c

SELECT * FROM t JOIN s USING (v);
--| 10 | 1 | 1 | a
--| 10 | NULL | 1 | a
--| 20 | 2 | 2 | b
