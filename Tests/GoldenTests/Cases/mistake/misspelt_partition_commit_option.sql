-- An option of partition commits that there is not, with the nearest one.
CREATE TABLE t (k STRING, n INT) PARTITIONED BY (k)
  WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv', 'sink.partition-commit.triger' = 'partition-time');
INSERT INTO t VALUES ('a', 1);
--! line 3, column 74: the connector 'filesystem' has no option 'sink.partition-commit.triger'; did you mean 'sink.partition-commit.trigger'?
--!   TH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv', 'sink.partition-commit.triger' = 'partition-time');
--!                                                                        ^
