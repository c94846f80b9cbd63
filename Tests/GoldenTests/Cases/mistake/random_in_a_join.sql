-- A join could not find again what it has joined.
CREATE TABLE t (k STRING) WITH ('connector' = 'rows');
SELECT a.k FROM t a JOIN t b ON a.k = b.k AND RAND() < 0.5;
--! line 3, column 17: a join finds its rows again by its condition, so RAND, RAND_INTEGER, UUID and CURRENT_WATERMARK cannot be in it; compute them in a derived table
--!   SELECT a.k FROM t a JOIN t b ON a.k = b.k AND RAND() < 0.5;
--!                   ^
