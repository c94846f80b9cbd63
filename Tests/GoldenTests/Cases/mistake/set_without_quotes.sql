-- SET without quotes.

SET parallelism = 4;
--! line 3, column 5: unexpected 'parallelism'; keys and values of SET are written in quotes; expected a string
--!   SET parallelism = 4;
--!       ^
