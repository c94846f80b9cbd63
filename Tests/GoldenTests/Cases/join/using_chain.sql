-- USING over a join by USING, full both times: three columns are one.
CREATE TABLE t (k INT, v INT) WITH ('connector' = 'rows');
--| 1 | 10
--| 2 | 20
--| 2 | 5
--| 3 | NULL
--| NULL | 10
--| 4 | 40
CREATE TABLE u (k INT, w INT) WITH ('connector' = 'rows');
--| 1 | 10
--| 1 | 11
--| 3 | 30
--| 5 | NULL
--| NULL | 7
CREATE TABLE s (k INT, v INT, z STRING) WITH ('connector' = 'rows');
--| 1 | 10 | a
--| 2 | 20 | b
--| 9 | 90 | c

SELECT * FROM t FULL JOIN u USING (k) FULL JOIN s USING (k);
--| 1 | 10 | 10 | 10 | a
--| 1 | 10 | 11 | 10 | a
--| 2 | 20 | NULL | 20 | b
--| 2 | 5 | NULL | 20 | b
--| 3 | NULL | 30 | NULL | NULL
--| 4 | 40 | NULL | NULL | NULL
--| 5 | NULL | NULL | NULL | NULL
--| 9 | NULL | NULL | 90 | c
--| NULL | 10 | NULL | NULL | NULL
--| NULL | NULL | 7 | NULL | NULL
