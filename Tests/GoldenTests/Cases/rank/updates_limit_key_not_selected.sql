-- The first counts, without what is counted.
CREATE TABLE o (uid INT, cur STRING) WITH ('connector' = 'rows');
--| 1 | a
--| 2 | a
--| 1 | b
--| 1 | a
--| 3 | a
--| 2 | a
--| 4 | b
--| 3 | a
--| 3 | a
--| 3 | a
--| 4 | b

SELECT c FROM (SELECT uid, COUNT(*) AS c FROM o GROUP BY uid) ORDER BY c DESC LIMIT 2;
--| 3
--| 4
