-- NOT IN over a subquery that holds a NULL is never TRUE.
CREATE TABLE l (id INT) WITH ('connector' = 'rows');
--| 1
--| 2
CREATE TABLE r (k INT) WITH ('connector' = 'rows');
--| 2
--| NULL

SELECT id FROM l WHERE id NOT IN (SELECT k FROM r);
