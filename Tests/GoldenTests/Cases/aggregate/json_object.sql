-- JSON_OBJECTAGG keeps NULL unless it is told to leave it out; members come in the order of their keys.
CREATE TABLE a (k STRING, v INT, s STRING) WITH ('connector' = 'rows');
--| x | 1 | q
--| x | 5 | p
--| x | NULL | NULL
--| y | 3 | r
--| z | NULL | NULL

SELECT k, JSON_OBJECTAGG(KEY COALESCE(s, 'n') VALUE v), JSON_OBJECTAGG(COALESCE(s, 'n') VALUE v ABSENT ON NULL),
  JSON_OBJECTAGG(KEY COALESCE(s, 'n') VALUE JSON_ARRAY(v, k))
FROM a GROUP BY k;
--| x | {"n":null,"p":5,"q":1} | {"p":5,"q":1} | {"n":["x"],"p":[5,"x"],"q":[1,"x"]}
--| y | {"r":3} | {"r":3} | {"r":[3,"y"]}
--| z | {"n":null} | {} | {"n":["z"]}
