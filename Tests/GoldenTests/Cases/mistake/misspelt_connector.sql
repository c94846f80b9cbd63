-- A misspelt connector.

CREATE TABLE t (a INT) WITH ('connector' = 'blackhol');
--! line 3, column 44: unknown connector 'blackhol'; did you mean 'blackhole'?
--!   CREATE TABLE t (a INT) WITH ('connector' = 'blackhol');
--!                                              ^
