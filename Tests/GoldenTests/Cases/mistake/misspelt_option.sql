-- A misspelt option.

CREATE TABLE t (a INT) WITH ('connector' = 'nexmark', 'event-rat' = '5');
--! line 3, column 55: the connector 'nexmark' has no option 'event-rat'; did you mean 'event-rate'?
--!   CREATE TABLE t (a INT) WITH ('connector' = 'nexmark', 'event-rat' = '5');
--!                                                         ^
