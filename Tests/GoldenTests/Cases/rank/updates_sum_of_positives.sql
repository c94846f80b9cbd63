-- A sum of numbers that are not negative only rises; what leaves the first rows comes back when it rises again.
CREATE TABLE payments (customer STRING, amount INT) WITH ('connector' = 'rows');
--| a | 5
--| b | 4
--| c | 3
--| c | 3
--| a | -9
--| b | 4
--| a | NULL
--| d | 1
--| c | 3
--| d | 0
--| a | 5

SELECT customer, paid FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY paid DESC) AS rn
  FROM (SELECT customer, SUM(amount) AS paid FROM payments WHERE amount >= 0 GROUP BY customer)
) WHERE rn <= 2;
--| a | 10
--| c | 9
