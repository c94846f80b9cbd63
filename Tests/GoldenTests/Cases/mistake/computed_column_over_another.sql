-- A computed column over another.

CREATE TABLE t (a INT, b AS a + 1, c AS b + 1) WITH ('connector' = 'datagen');
--! line 3, column 41: 'b' is a computed column, and computed columns can only use physical ones
--!   CREATE TABLE t (a INT, b AS a + 1, c AS b + 1) WITH ('connector' = 'datagen');
--!                                           ^
