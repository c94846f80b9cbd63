-- An aggregate over the first rows takes back what has been replaced.
CREATE TABLE sales (shop STRING, item STRING) WITH ('connector' = 'rows');
--| north | apple
--| north | pear
--| north | pear
--| south | plum
--| south | plum
--| south | plum
--| south | apple
--| south | plum
--| north | apple
--| north | apple
--| south | pear
--| south | apple

SELECT shop, COUNT(*) AS items, SUM(n) AS sold, MAX(item) AS last_item FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY shop ORDER BY n DESC) AS rn
  FROM (SELECT shop, item, COUNT(*) AS n FROM sales GROUP BY shop, item)
) WHERE rn <= 2 GROUP BY shop;
--| north | 2 | 5 | pear
--| south | 2 | 6 | plum
