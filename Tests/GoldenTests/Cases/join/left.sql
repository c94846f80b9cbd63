-- A left join: a row without a match comes with NULLs until a match comes, and again when the match goes.
CREATE TABLE l (id INT, k INT) WITH ('connector' = 'rows');
--| 1 | 1
--| 2 | 2
--| 3 | NULL
--| 4 | 2
CREATE TABLE r (k INT, v STRING) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1 | a
--| +I 2 | b
--| +I 2 | c
--| -D 1 | a
--| +I NULL | d
--| -D 2 | b

SELECT l.id, r.v FROM l LEFT JOIN r ON l.k = r.k;
--| 1 | NULL
--| 2 | c
--| 3 | NULL
--| 4 | c
