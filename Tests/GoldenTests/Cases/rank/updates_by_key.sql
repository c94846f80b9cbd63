-- The most sold of each shop: a count only rises, so that no more than the first rows are kept.
CREATE TABLE sales (shop STRING, item STRING) WITH ('connector' = 'rows');
--| north | apple
--| north | pear
--| north | plum
--| south | apple
--| north | plum
--| north | NULL
--| north | plum
--| south | plum
--| NULL  | fig
--| north | NULL
--| south | plum
--| north | apple
--| north | NULL
--| north | NULL
--| south | pear
--| south | pear
--| south | pear
--| north | plum
--| north | plum

SELECT shop, item, n, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY shop ORDER BY n DESC) AS rn
  FROM (SELECT shop, item, COUNT(*) AS n FROM sales GROUP BY shop, item)
) WHERE rn <= 2;
--| NULL | fig | 1 | 1
--| north | NULL | 4 | 2
--| north | plum | 5 | 1
--| south | pear | 3 | 1
--| south | plum | 2 | 2
