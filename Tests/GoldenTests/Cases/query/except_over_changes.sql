-- EXCEPT gives a row again when it is gone from the other side.
CREATE TABLE l (a INT) WITH ('connector' = 'rows');
--| 1
--| 1
--| 2
--| NULL
--| 3
CREATE TABLE r (a INT) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I | 1
--| +I | 2
--| +I | NULL
--| -D | 1
--| -U | 2
--| +U | 4

SELECT a FROM l EXCEPT SELECT a FROM r;
--| 1
--| 2
--| 3
