-- LISTAGG, ARRAY_AGG and COLLECT keep every value: in the order of arrival, or as a multiset.
-- splits: 1
CREATE TABLE visits (who STRING, page STRING, n INT) WITH ('connector' = 'rows');
--| ann | a    | 1
--| ann | b    | 2
--| bob | c    | NULL
--| ann | a    | 5
--| ann | NULL | NULL
--| ann | c    | 9

SELECT who, LISTAGG(page), LISTAGG(page, '-') FILTER (WHERE n > 1), LISTAGG(DISTINCT page), ARRAY_AGG(n), CAST(COLLECT(page) AS STRING)
FROM visits GROUP BY who;
--| ann | a,b,a,c | b-a-c | a,b,c | [1, 2, 5, NULL, 9] | {a=2, b=1, c=1}
--| bob | c | NULL | c | [NULL] | {c=1}
