-- A misspelt column.
CREATE TABLE orders (id INT, price DECIMAL(10, 2)) WITH ('connector' = 'rows');

SELECT id,
  pric * 2
FROM orders;
--! line 5, column 3: unknown column 'pric'; did you mean 'price'?
--!     pric * 2
--!     ^
