-- An aggregate over the places two to three of a Top-N.
CREATE TABLE sales (item STRING, shop INT, price INT) WITH ('connector' = 'rows');
--| apple | 1    | 3
--| pear  | 1    | NULL
--| apple | 2    | 4
--| NULL  | 2    | 7
--| fig   | 3    | 9
--| pear  | 3    | 5
--| apple | 1    | 3
--| NULL  | NULL | 1
--| plum  | NULL | 2
--| fig   | 1    | -4

SELECT COUNT(*), SUM(price), MIN(item) FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY shop ORDER BY price DESC, item) AS rn FROM sales)
WHERE rn BETWEEN 2 AND 3;
--| 5 | 9 | apple
