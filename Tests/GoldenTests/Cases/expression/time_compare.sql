-- Times compared with literals.
CREATE TABLE t (id INT, ts TIMESTAMP(3), d DATE) WITH ('connector' = 'rows');
--| 1 | 2024-02-29 23:59:59.999 | 2024-02-29
--| 2 | 1969-12-31 23:00:00     | 1969-12-31
--| 3 | NULL                    | NULL
--| 4 | 2023-01-01 00:00:00     | 2023-01-01

SELECT id, ts > TIMESTAMP '2023-06-01 00:00:00', d = DATE '2024-02-29', ts BETWEEN TIMESTAMP '2022-12-31 23:59:59' AND
  TIMESTAMP '2023-01-01 00:00:00' FROM t;
--| 1 | TRUE | TRUE | FALSE
--| 2 | FALSE | FALSE | FALSE
--| 3 | NULL | NULL | NULL
--| 4 | FALSE | FALSE | TRUE
