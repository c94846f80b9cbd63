-- Where a condition takes NULL as well, rows with NULL have their own count.
-- flink: no, because it loses the row whose v is NULL: its planner joins a subquery to the rows by equality (CALCITE-6962, amended since)
CREATE TABLE a (k STRING, v INT) WITH ('connector' = 'rows');
--| x | 1
--| x | NULL
--| NULL | 4
--| y | 3

CREATE TABLE b (k STRING, w INT) WITH ('connector' = 'rows');
--| x | 2
--| x | 4
--| y | NULL
--| NULL | 1
--| y | 3

SELECT k, v, (SELECT COUNT(*) FROM b WHERE b.w > a.v OR a.v IS NULL) AS n FROM a;
--| NULL | 4 | 0
--| x | 1 | 3
--| x | NULL | 5
--| y | 3 | 1
