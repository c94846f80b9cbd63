-- USING: the column comes first and once; a name of either side still means its own.
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

SELECT *, t.k, u.k FROM t LEFT JOIN u USING (k);
--| 1 | 10 | 10 | 1 | 1
--| 1 | 10 | 11 | 1 | 1
--| 2 | 20 | NULL | 2 | NULL
--| 2 | 5 | NULL | 2 | NULL
--| 3 | NULL | 30 | 3 | 3
--| 4 | 40 | NULL | 4 | NULL
--| NULL | 10 | NULL | NULL | NULL
