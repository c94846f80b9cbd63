-- More functions of text.
CREATE TABLE t (id INT, s STRING, u STRING) WITH ('connector' = 'rows');
--| 1 | Hello World | o
--| 2 | ''          | x
--| 3 | NULL        | y
--| 4 | 'a|b,c'     | b
--| 5 | Zürich      | ü
--| 6 | ' pad '     | NULL
--| 7 | %under_     | _

SELECT id, SPLIT_INDEX(s, ' ', 1), LPAD(s, 6, '.'), RPAD(s, 6, '.'), REVERSE(s), LEFT(s, 2), RIGHT(s, 2)
  FROM t;
--| 1 | World | 'Hello ' | 'Hello ' | dlroW olleH | He | ld
--| 2 | NULL | ...... | ...... | '' | '' | ''
--| 3 | NULL | NULL | NULL | NULL | NULL | NULL
--| 4 | NULL | '.a|b,c' | 'a|b,c.' | 'c,b|a' | 'a|' | ,c
--| 5 | NULL | Zürich | Zürich | hcirüZ | Zü | ch
--| 6 | pad | '. pad ' | ' pad .' | ' dap ' | ' p' | 'd '
--| 7 | NULL | %under | %under | _rednu% | %u | r_
