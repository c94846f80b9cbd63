-- An interval of nothing, after which no file could be ended.
CREATE TABLE t (n INT)
  WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv', 'sink.rolling-policy.rollover-interval' = '0 min');
INSERT INTO t VALUES (1);
--! line 2, column 14: option "sink.rolling-policy.rollover-interval" is "0 min", expected a duration above 0
--!   CREATE TABLE t (n INT)
--!                ^
