-- A partition by a column that the table does not have.
CREATE TABLE t (day_ STRING, n INT) PARTITIONED BY (dai)
  WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv');
SELECT n FROM t;
--! line 2, column 53: unknown column 'dai'
--!   CREATE TABLE t (day_ STRING, n INT) PARTITIONED BY (dai)
--!                                                       ^
