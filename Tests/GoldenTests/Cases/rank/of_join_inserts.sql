-- Top-N over a join of rows that are only added, the city's two best items.
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
CREATE TABLE shops (shop INT, city STRING) WITH ('connector' = 'rows');
--| 1    | Bonn
--| 2    | Bern
--| NULL | Nice
--| 4    | Rome
--| 3    | Bonn

SELECT city, item, price, rn FROM (SELECT city, item, price, ROW_NUMBER() OVER (PARTITION BY city ORDER BY price DESC NULLS LAST,
  item) AS rn FROM sales JOIN shops ON sales.shop = shops.shop) WHERE rn <= 2;
--| Bern | NULL | 7 | 1
--| Bern | apple | 4 | 2
--| Bonn | fig | 9 | 1
--| Bonn | pear | 5 | 2
