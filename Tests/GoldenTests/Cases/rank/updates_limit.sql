-- ORDER BY with LIMIT and OFFSET over counts.
CREATE TABLE words (word STRING) WITH ('connector' = 'rows');
--| to
--| be
--| or
--| not
--| to
--| be
--| to
--| or
--| be
--| be
--| that

SELECT word, COUNT(*) AS n FROM words GROUP BY word ORDER BY n DESC LIMIT 2 OFFSET 1;
--| or | 2
--| to | 3
