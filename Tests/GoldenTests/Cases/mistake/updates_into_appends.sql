-- A result that changes, into a sink that only takes inserts.
CREATE TABLE orders (id INT) WITH ('connector' = 'rows');
CREATE TABLE counts (id INT, n BIGINT) WITH ('connector' = 'appends');

INSERT INTO counts SELECT id, COUNT(*) FROM orders GROUP BY id;
--! line 5, column 1: Table sink 'counts' doesn't support consuming update changes which is produced by node GroupAggregate(groupBy=[id], select=[id, COUNT(*) AS EXPR$1]); aggregate by window, or write to a sink that takes updates
--!   INSERT INTO counts SELECT id, COUNT(*) FROM orders GROUP BY id;
--!   ^
