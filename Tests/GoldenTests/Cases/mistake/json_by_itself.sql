-- JSON is no function of its own.
CREATE TABLE t (s STRING) WITH ('connector' = 'rows');
SELECT JSON(s) FROM t;
--! line 3, column 8: JSON stands in JSON_OBJECT and JSON_ARRAY alone, as a value: JSON_ARRAY(JSON('[1]'))
--!   SELECT JSON(s) FROM t;
--!          ^
