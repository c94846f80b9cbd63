-- A filter over a result that changes turns updates into inserts and deletes.
CREATE TABLE sales (item STRING, shop STRING, price INT) WITH ('connector' = 'rows');
--| apple | north | 3
--| pear  | south | NULL
--| apple | south | 4
--| NULL  | north | 10
--| pear  | north | 5
--| apple | north | 3
--| NULL  | NULL  | -2
--| plum  | south | NULL

SELECT item, n FROM (SELECT item, COUNT(*) AS n FROM sales GROUP BY item) WHERE n = 2;
--| NULL | 2
--| pear | 2
