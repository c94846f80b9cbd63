-- JSON_ARRAYAGG leaves NULL out unless it is told to keep it; what is JSON already is not quoted.
-- splits: 1
CREATE TABLE a (k STRING, v INT, s STRING, d DOUBLE, dc DECIMAL(5, 2)) WITH ('connector' = 'rows');
--| x | 1 | p | 1.5 | 1.50
--| x | 5 | q | 2.5 | 2.25
--| x | NULL | NULL | NULL | NULL
--| y | 3 | r | 0.5 | -1.00
--| z | NULL | NULL | NULL | NULL

SELECT k, JSON_ARRAYAGG(v), JSON_ARRAYAGG(v NULL ON NULL), JSON_ARRAYAGG(s NULL ON NULL), JSON_ARRAYAGG(s ABSENT ON NULL),
  JSON_ARRAYAGG(d), JSON_ARRAYAGG(dc), JSON_ARRAYAGG(JSON_OBJECT('a' VALUE v))
FROM a GROUP BY k;
--| x | [1,5] | [1,5,null] | ["p","q",null] | ["p","q"] | [1.5,2.5] | [1.50,2.25] | [{"a":1},{"a":5},{"a":null}]
--| y | [3] | [3] | ["r"] | ["r"] | [0.5] | [-1.00] | [{"a":3}]
--| z | [] | [null] | [null] | [] | [] | [] | [{"a":null}]
