-- A wrong number in an option.

CREATE TABLE t (a INT) WITH ('connector' = 'nexmark', 'events.num' = 'many');
--! line 3, column 70: the option 'events.num' takes a whole number, not 'many'
--!   CREATE TABLE t (a INT) WITH ('connector' = 'nexmark', 'events.num' = 'many');
--!                                                                        ^
