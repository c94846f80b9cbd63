-- INTERSECT ALL counts rows, and rows that are taken back count no more.
CREATE TABLE l (a INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I | 1
--| +I | 1
--| +I | 1
--| +I | NULL
--| -D | 1
--| -U | NULL
--| +U | 2
CREATE TABLE r (a INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I | 1
--| +I | 2
--| +I | 2
--| +I | 1
--| +I | 1
--| +I | NULL
--| -D | 1

SELECT a FROM l INTERSECT ALL SELECT a FROM r;
--| 1
--| 1
--| 2
