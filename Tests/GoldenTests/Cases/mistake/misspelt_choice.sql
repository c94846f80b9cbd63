-- A misspelt choice.

CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'fields.a.kind' = 'sequenze');
--! line 3, column 73: the option 'fields.a.kind' cannot be 'sequenze'; expected 'random' or 'sequence'; did you mean 'sequence'?
--!   CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'fields.a.kind' = 'sequenze');
--!                                                                           ^
