-- A table without connector.

CREATE TABLE t (a INT);
--! line 3, column 14: the table 't' has no 'connector' option; expected WITH ('connector' = '...')
--!   CREATE TABLE t (a INT);
--!                ^
