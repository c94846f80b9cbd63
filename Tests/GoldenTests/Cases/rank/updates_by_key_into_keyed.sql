-- A sink that goes by the number of the rank.
CREATE TABLE sales (item STRING) WITH ('connector' = 'rows');
--| apple
--| pear
--| plum
--| plum
--| pear
--| plum
--| fig
--| fig
--| fig
--| fig
CREATE TABLE best (place BIGINT, item STRING, n BIGINT, PRIMARY KEY (place) NOT ENFORCED) WITH ('connector' = 'upserts');
--| 1 | fig  | 4
--| 2 | plum | 3
--| 3 | pear | 2

INSERT INTO best SELECT rn, item, n FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY n DESC) AS rn FROM (SELECT item, COUNT(*) AS n FROM sales GROUP BY item)
) WHERE rn <= 3;
