-- Functions of text.
CREATE TABLE t (id INT, s STRING, u STRING) WITH ('connector' = 'rows');
--| 1 | Hello World | o
--| 2 | ''          | x
--| 3 | NULL        | y
--| 4 | 'a|b,c'     | b
--| 5 | Zürich      | ü
--| 6 | ' pad '     | NULL
--| 7 | %under_     | _

SELECT id, UPPER(s), LOWER(s), CHAR_LENGTH(s), s || '!', SUBSTRING(s, 2, 3), TRIM(s), POSITION('o' IN s), REPLACE(s,
  'l', 'L') FROM t;
--| 1 | HELLO WORLD | hello world | 11 | Hello World! | ell | Hello World | 5 | HeLLo WorLd
--| 2 | '' | '' | 0 | ! | '' | '' | 0 | ''
--| 3 | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL
--| 4 | 'A|B,C' | 'a|b,c' | 5 | 'a|b,c!' | '|b,' | 'a|b,c' | 0 | 'a|b,c'
--| 5 | ZÜRICH | zürich | 6 | Zürich! | üri | Zürich | 0 | Zürich
--| 6 | ' PAD ' | ' pad ' | 5 | ' pad !' | pad | pad | 0 | ' pad '
--| 7 | %UNDER_ | %under_ | 7 | %under_! | und | %under_ | 0 | %under_
