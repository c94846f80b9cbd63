-- A misspelt format.

CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'cvs');
--! line 3, column 88: unknown format 'cvs'; did you mean 'csv'?
--!   CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'cvs');
--!                                                                                          ^
