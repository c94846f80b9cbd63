-- IN over the items of a Top-N.
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

SELECT city, shop FROM shops WHERE shop IN (SELECT shop FROM (
  SELECT shop, ROW_NUMBER() OVER (ORDER BY total DESC, shop) AS rn FROM (SELECT shop, SUM(price) AS total FROM sales GROUP BY shop))
  WHERE rn <= 2);
--| Bern | 2
--| Bonn | 3
