-- LIKE with wildcards and ESCAPE.
CREATE TABLE t (id INT, s STRING, u STRING) WITH ('connector' = 'rows');
--| 1 | Hello World | o
--| 2 | ''          | x
--| 3 | NULL        | y
--| 4 | 'a|b,c'     | b
--| 5 | Zürich      | ü
--| 6 | ' pad '     | NULL
--| 7 | %under_     | _

SELECT id, s LIKE '%o%', s LIKE '_ello%', s LIKE '%\_' ESCAPE '\', s NOT LIKE '%l%' FROM t;
--| 1 | TRUE | TRUE | FALSE | FALSE
--| 2 | FALSE | FALSE | FALSE | TRUE
--| 3 | NULL | NULL | NULL | NULL
--| 4 | FALSE | FALSE | FALSE | TRUE
--| 5 | FALSE | FALSE | FALSE | TRUE
--| 6 | FALSE | FALSE | FALSE | TRUE
--| 7 | FALSE | FALSE | TRUE | TRUE
