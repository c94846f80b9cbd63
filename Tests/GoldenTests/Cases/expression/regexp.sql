-- Regular expressions.
CREATE TABLE t (id INT, s STRING, u STRING) WITH ('connector' = 'rows');
--| 1 | Hello World | o
--| 2 | ''          | x
--| 3 | NULL        | y
--| 4 | 'a|b,c'     | b
--| 5 | Zürich      | ü
--| 6 | ' pad '     | NULL
--| 7 | %under_     | _

SELECT id, REGEXP_REPLACE(s, '[aeiou]', '*'), REGEXP_EXTRACT(s, '(.)o', 1), REGEXP(s, '^Z') FROM t;
--| 1 | H*ll* W*rld | l | FALSE
--| 2 | '' | NULL | FALSE
--| 3 | NULL | NULL | NULL
--| 4 | '*|b,c' | NULL | FALSE
--| 5 | Zür*ch | NULL | TRUE
--| 6 | ' p*d ' | NULL | FALSE
--| 7 | %*nd*r_ | NULL | FALSE
