-- LIMIT within a subquery counts all of its rows: it cannot be about those of one row around it.
CREATE TABLE a (k STRING, v INT) WITH ('connector' = 'rows');
CREATE TABLE b (k STRING, w INT) WITH ('connector' = 'rows');
SELECT k, v FROM a WHERE v IN (SELECT w FROM b WHERE b.k = a.k ORDER BY w LIMIT 1);
--! line 4, column 60: a subquery with LIMIT, a set operation or WITH, that looks at the query around it, is not supported; number or aggregate its rows in a derived table, and join with that
--!   SELECT k, v FROM a WHERE v IN (SELECT w FROM b WHERE b.k = a.k ORDER BY w LIMIT 1);
--!                                                              ^
