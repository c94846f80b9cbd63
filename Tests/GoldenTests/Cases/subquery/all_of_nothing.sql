-- ALL of nothing holds, IN and EXISTS of nothing do not.
-- flink: no, because its aggregation without keys gives no row before its first one, and so no result here
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

SELECT k, v > ALL (SELECT w FROM u WHERE w > 1000), v NOT IN (SELECT w FROM u WHERE w > 1000), (SELECT COUNT(*) FROM u WHERE w > 1000),
  EXISTS (SELECT 1 FROM u WHERE w > 1000) FROM t;
--| 1    | TRUE | TRUE | 0 | FALSE
--| 2    | TRUE | TRUE | 0 | FALSE
--| 2    | TRUE | TRUE | 0 | FALSE
--| 3    | TRUE | TRUE | 0 | FALSE
--| NULL | TRUE | TRUE | 0 | FALSE
--| 4    | TRUE | TRUE | 0 | FALSE
