-- A left join of two aggregates, filtered afterwards.
CREATE TABLE l (id INT, k INT) WITH ('connector' = 'rows');
--| 1 | 1
--| 2 | 2
--| 3 | 3
--| 4 | 4
--| 5 | NULL
--| 6 | 2
CREATE TABLE r (k INT, v INT) WITH ('connector' = 'rows');
--| 2    | 10
--| 4    | 20
--| 6    | 30
--| NULL | 40
--| 4    | 50

SELECT a.k, a.n, b.total FROM (SELECT k, COUNT(*) AS n FROM l GROUP BY k) a LEFT JOIN (SELECT k, SUM(v) AS total FROM
  r GROUP BY k) b ON a.k = b.k WHERE b.total IS NULL OR b.total > 20;
--| 1 | 1 | NULL
--| 3 | 1 | NULL
--| 4 | 1 | 70
--| NULL | 1 | NULL
