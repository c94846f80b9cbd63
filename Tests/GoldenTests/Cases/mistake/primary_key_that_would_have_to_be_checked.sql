-- A primary key that would have to be checked.

CREATE TABLE t (a INT, PRIMARY KEY (a)) WITH ('connector' = 'datagen');
--! line 3, column 39: a primary key is not checked: write PRIMARY KEY ... NOT ENFORCED; expected NOT ENFORCED
--!   CREATE TABLE t (a INT, PRIMARY KEY (a)) WITH ('connector' = 'datagen');
--!                                         ^
