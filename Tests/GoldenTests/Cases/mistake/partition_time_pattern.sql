-- The pattern of a partition's time names a column that the table does not have.
CREATE TABLE t (k STRING, n INT) PARTITIONED BY (k)
  WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv', 'sink.partition-commit.policy.kind' = 'success-file',
    'sink.partition-commit.trigger' = 'partition-time', 'partition.time-extractor.timestamp-pattern' = '$day 00:00:00');
INSERT INTO t VALUES ('a', 1);
--! line 2, column 14: option "partition.time-extractor.timestamp-pattern" is "$day 00:00:00", expected no other names in it than $k, $n
--!   CREATE TABLE t (k STRING, n INT) PARTITIONED BY (k)
--!                ^
