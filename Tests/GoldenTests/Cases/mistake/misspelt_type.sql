-- A misspelt type.

CREATE TABLE t (a INTT) WITH ('connector' = 'blackhole');
--! line 3, column 19: unknown type 'INTT'; did you mean 'INT'?
--!   CREATE TABLE t (a INTT) WITH ('connector' = 'blackhole');
--!                     ^
