-- Texts are compared by their characters, the empty one first.
CREATE TABLE t (id INT, s STRING, u STRING) WITH ('connector' = 'rows');
--| 1 | Hello World | o
--| 2 | ''          | x
--| 3 | NULL        | y
--| 4 | 'a|b,c'     | b
--| 5 | Zürich      | ü
--| 6 | ' pad '     | NULL
--| 7 | %under_     | _

SELECT id, s < 'a', s = '', s > u, s <> u, s IN ('', 'Zürich') FROM t;
--| 1 | TRUE | FALSE | FALSE | TRUE | FALSE
--| 2 | TRUE | TRUE | FALSE | TRUE | TRUE
--| 3 | NULL | NULL | NULL | NULL | NULL
--| 4 | FALSE | FALSE | FALSE | TRUE | FALSE
--| 5 | TRUE | FALSE | FALSE | TRUE | TRUE
--| 6 | TRUE | FALSE | NULL | NULL | FALSE
--| 7 | TRUE | FALSE | FALSE | TRUE | FALSE
