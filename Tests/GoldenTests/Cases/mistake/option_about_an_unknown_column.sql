-- An option about an unknown column.

CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'fields.b.kind' = 'random');
--! line 3, column 55: the option 'fields.b.kind' is about the column 'b', which the table does not have
--!   CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'fields.b.kind' = 'random');
--!                                                         ^
