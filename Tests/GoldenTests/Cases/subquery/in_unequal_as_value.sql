-- IN tied by an inequality, as a value: FALSE where there is nothing to compare with, also for NULL.
-- flink: no, because it gives NULL for NULL IN of nothing
CREATE TABLE a (k STRING, v INT) WITH ('connector' = 'rows');
--| x | 1
--| x | 5
--| y | 3
--| NULL | 4
--| z | NULL

CREATE TABLE b (k STRING, w INT) WITH ('connector' = 'rows');
--| x | 2
--| x | 4
--| y | NULL
--| NULL | 1
--| y | 3

SELECT k, v, v IN (SELECT w FROM b WHERE b.w <> a.v) AS e FROM a;
--| NULL | 4 | FALSE
--| x | 1 | FALSE
--| x | 5 | FALSE
--| y | 3 | FALSE
--| z | NULL | FALSE
