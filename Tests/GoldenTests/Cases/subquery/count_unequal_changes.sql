-- A count by an inequality, where rows on both sides are taken back.
CREATE TABLE a (k STRING, v INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I x | 1
--| +I x | 5
--| -U x | 5
--| +U x | 2
--| +I y | NULL
--| -D x | 1
--| +I x | 1

CREATE TABLE b (k STRING, w INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I x | 2
--| +I x | 4
--| -U x | 4
--| +U x | 1
--| +I y | 3
--| -D x | 2
--| +I x | 9

SELECT k, v, (SELECT COUNT(*) FROM b WHERE b.k = a.k AND b.w > a.v) AS n FROM a;
--| x | 1 | 1
--| x | 2 | 1
--| y | NULL | 0
