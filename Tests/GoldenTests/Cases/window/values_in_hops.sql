-- Windows made of slices: values keep their order from slice to slice, a multiset counts over all of them, variances merge.
-- splits: 1
CREATE TABLE visits (ts TIMESTAMP(3), page STRING, n INT, WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
--| 2024-01-01 00:00:01 | a | 1
--| 2024-01-01 00:00:04 | b | 2
--| 2024-01-01 00:00:06 | a | 5
--| 2024-01-01 00:00:12 | c | 9

SELECT window_start, LISTAGG(page), LISTAGG(DISTINCT page), ARRAY_AGG(n), CAST(COLLECT(page) AS STRING), VAR_POP(n), VAR_SAMP(n)
FROM TABLE(HOP(TABLE visits, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
--| 2023-12-31 23:59:55.000 | a,b   | a,b | [1, 2]    | {a=1, b=1} | 0 | 0
--| 2024-01-01 00:00:00.000 | a,b,a | a,b | [1, 2, 5] | {a=2, b=1} | 2 | 4
--| 2024-01-01 00:00:05.000 | a,c   | a,c | [5, 9]    | {a=1, c=1} | 4 | 8
--| 2024-01-01 00:00:10.000 | c     | c   | [9]       | {c=1}      | 0 | NULL
