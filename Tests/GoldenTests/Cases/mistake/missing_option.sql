-- A missing option.

CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'format' = 'csv');
--! line 3, column 14: the connector 'filesystem' needs the option 'path'; expected 'path' = '...'
--!   CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'format' = 'csv');
--!                ^
