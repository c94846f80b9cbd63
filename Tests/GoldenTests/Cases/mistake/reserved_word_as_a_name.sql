-- A reserved word as a name.

CREATE TABLE t (value INT) WITH ('connector' = 'blackhole');
--! line 3, column 17: 'value' is a reserved word; as a name it needs back-ticks: `value`; expected a column name
--!   CREATE TABLE t (value INT) WITH ('connector' = 'blackhole');
--!                   ^
