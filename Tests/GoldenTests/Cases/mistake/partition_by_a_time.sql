-- The values of a partition are names.
CREATE TABLE t (ts TIMESTAMP(3), n INT) PARTITIONED BY (ts)
  WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv');
SELECT n FROM t;
--! line 2, column 57: a table is partitioned by text, whole numbers and BOOLEAN; 'ts' has type TIMESTAMP(3); expected a column of type STRING
--!   CREATE TABLE t (ts TIMESTAMP(3), n INT) PARTITIONED BY (ts)
--!                                                           ^
