-- A missing format.

CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x');
--! line 3, column 14: the connector 'filesystem' needs the option 'format'; expected 'csv', 'json' or 'debezium-json'
--!   CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x');
--!                ^
