-- Batch mode ends with its tables, so that one that never ends is refused.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (a INT) WITH ('connector' = 'datagen');
CREATE TABLE s (n BIGINT) WITH ('connector' = 'blackhole');

INSERT INTO s SELECT COUNT(*) FROM t;
--! line 6, column 1: the table 't' never ends, so that batch mode cannot read it: connector 'datagen' is unbounded with its options; bound it, or SET 'execution.runtime-mode' = 'streaming'
--!   INSERT INTO s SELECT COUNT(*) FROM t;
--!   ^
