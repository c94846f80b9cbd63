-- INTERSECT binds tighter than UNION and EXCEPT, which go from left to right.
CREATE TABLE t (a INT) WITH ('connector' = 'rows');
--| 1
--| 2
--| 3

SELECT a FROM t UNION SELECT 9 INTERSECT SELECT 8 EXCEPT SELECT 2 UNION ALL SELECT 2;
--| 1
--| 3
--| 2
