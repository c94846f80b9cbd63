-- An aggregate behind a view, read twice.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL
CREATE VIEW counts AS SELECT item, COUNT(*) AS n FROM sales GROUP BY item;

SELECT a.item, a.n, b.n FROM counts a JOIN counts b ON a.n = b.n AND a.item <> b.item;
