-- A column declared twice.

CREATE TABLE t (a INT, a STRING) WITH ('connector' = 'datagen');
--! line 3, column 24: the column 'a' is given twice
--!   CREATE TABLE t (a INT, a STRING) WITH ('connector' = 'datagen');
--!                          ^
