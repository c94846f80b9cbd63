-- What is taken back leaves the order of the other values as it is; FIRST_VALUE and LAST_VALUE fall back to what is left.
CREATE TABLE visits (who STRING, page STRING) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I ann | a
--| +I ann | b
--| +I ann | a
--| +I bob | x
--| +I ann | c
--| -D ann | a
--| -D ann | c
--| -D bob | x
--| +I ann | d
--| -D ann | d

SELECT who, LISTAGG(page), FIRST_VALUE(page), LAST_VALUE(page), CAST(COLLECT(page) AS STRING) FROM visits GROUP BY who;
--| ann | b,a | b | a | {a=1, b=1}
