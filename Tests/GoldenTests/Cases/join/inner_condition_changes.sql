-- JOIN of changelogs with a condition over both sides.
CREATE TABLE l (id INT, k INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1 | 1
--| +I 2 | 2
--| -D 1 | 1
--| +I 3 | 3
--| +I 3 | 3
--| +I 4 | NULL
--| -U 2 | 2
--| +U 2 | 4
--| +I 5 | 2
--| -D 3 | 3
CREATE TABLE r (k INT, v INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 2    | 10
--| +I 4    | 20
--| -U 2    | 10
--| +U 3    | 10
--| +I NULL | 30
--| +I 4    | 50
--| -D 4    | 20
--| +I 9    | 60

SELECT l.id, r.v FROM l JOIN r ON l.k = r.k AND l.id * 10 <= r.v;
--| 2 | 50
