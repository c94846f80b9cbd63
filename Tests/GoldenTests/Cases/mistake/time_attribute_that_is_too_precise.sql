-- A time attribute that is too precise.

CREATE TABLE t (a INT, ts TIMESTAMP(6), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'datagen');
--! line 3, column 55: WATERMARK FOR takes a column of type TIMESTAMP(p) or TIMESTAMP_LTZ(p) with p from 0 to 3; 'ts' has type TIMESTAMP(6)
--!   CREATE TABLE t (a INT, ts TIMESTAMP(6), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'datagen');
--!                                                         ^
