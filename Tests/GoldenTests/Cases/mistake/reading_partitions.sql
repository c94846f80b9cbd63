-- A partitioned table can only be written yet.
CREATE TABLE t (k STRING, n INT) PARTITIONED BY (k) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv');
SELECT n FROM t;
--! line 3, column 15: reading the partitioned table 't' is not supported; declare one over the same path that has only its other columns
--!   SELECT n FROM t;
--!                 ^
