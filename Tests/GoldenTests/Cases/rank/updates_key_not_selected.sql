-- What tells the ranked rows apart is selected neither below nor above the ranking.
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

SELECT cur, c, rn FROM (SELECT cur, c, ROW_NUMBER() OVER (PARTITION BY cur ORDER BY c DESC) AS rn
  FROM (SELECT cur, uid, COUNT(*) AS c FROM o GROUP BY cur, uid)) WHERE rn <= 2;
--| a | 2 | 2
--| a | 4 | 1
--| b | 1 | 2
--| b | 2 | 1
