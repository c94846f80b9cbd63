-- A connector that has no partitions.
CREATE TABLE t (k STRING, n INT) PARTITIONED BY (k)
  WITH ('connector' = 'rows');
SELECT n FROM t;
--! line 2, column 50: the connector 'rows' does not take PARTITIONED BY
--!   CREATE TABLE t (k STRING, n INT) PARTITIONED BY (k)
--!                                                    ^
