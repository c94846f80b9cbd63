-- JSON_OBJECTAGG over counts that change.
CREATE TABLE a (k STRING, v INT, s STRING, d DOUBLE, dc DECIMAL(5, 2), ts TIMESTAMP(3)) WITH ('connector' = 'rows');
--| x | 1 | p | 1.5 | 1.50 | 2024-01-01 00:00:01.000
--| x | 5 | q | 2.5 | 2.25 | 2024-01-01 00:00:02.000
--| x | NULL | NULL | NULL | NULL | NULL
--| y | 3 | r | 0.5 | -1.00 | 2024-01-01 00:00:03.000
--| z | NULL | NULL | NULL | NULL | NULL

SELECT JSON_OBJECTAGG(KEY k VALUE c) FROM (SELECT k, COUNT(v) AS c FROM a GROUP BY k);
--| {"x":2,"y":1,"z":0}
