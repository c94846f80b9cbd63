-- A row that is taken back would get another random value.
CREATE TABLE t (k STRING) WITH ('connector' = 'rows');
CREATE TABLE s (r DOUBLE) WITH ('connector' = 'rows');
INSERT INTO s SELECT SUM(r) FROM (SELECT c * RAND() AS r FROM (SELECT k, COUNT(*) AS c FROM t GROUP BY k));
--! line 4, column 1: RAND, RAND_INTEGER, UUID and CURRENT_WATERMARK would give a row another value when it is taken back; compute them where rows are only added
--!   INSERT INTO s SELECT SUM(r) FROM (SELECT c * RAND() AS r FROM (SELECT k, COUNT(*) AS c FROM t GROUP BY k));
--!   ^
