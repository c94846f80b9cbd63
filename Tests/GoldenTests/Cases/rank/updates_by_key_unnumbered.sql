-- As with the number: a row is replaced where it stands, whatever its number.
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

SELECT shop, item, n FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY shop ORDER BY n DESC) AS rn
  FROM (SELECT shop, item, COUNT(*) AS n FROM sales GROUP BY shop, item)
) WHERE rn <= 2;
--| NULL | fig | 1
--| north | NULL | 4
--| north | plum | 5
--| south | pear | 3
--| south | plum | 2
