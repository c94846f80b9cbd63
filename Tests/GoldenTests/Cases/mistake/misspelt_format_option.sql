-- A misspelt format option.

CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv', 'csv.headers' = 'true');
--! line 3, column 95: the connector 'filesystem' has no option 'csv.headers'; did you mean 'csv.header'?
--!   CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'csv', 'csv.headers' = 'true');
--!                                                                                                 ^
