-- A trigger of partition commits that there is not.
CREATE TABLE t (k STRING, n INT) PARTITIONED BY (k)
  WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv', 'sink.partition-commit.trigger' = 'partition_time');
INSERT INTO t VALUES ('a', 1);
--! line 3, column 108: the option 'sink.partition-commit.trigger' cannot be 'partition_time'; expected 'process-time' or 'partition-time'; did you mean 'partition-time'?
--!   H ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv', 'sink.partition-commit.trigger' = 'partition_time');
--!                                                                                                         ^
