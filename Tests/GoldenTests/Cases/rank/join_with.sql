-- A Top-N joined with a table.
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

SELECT l.id, t.v FROM l JOIN (SELECT k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) AS n FROM
  r) WHERE n = 1) t ON l.k = t.k;
--| 2 | 10
--| 4 | 50
--| 6 | 10
