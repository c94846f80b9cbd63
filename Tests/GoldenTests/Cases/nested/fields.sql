-- Fields of a ROW, of a ROW within it, and of ROWs that are NULL: the field of a NULL row is NULL.
CREATE TABLE events (id INT, person ROW<name STRING, home ROW<city STRING, zip INT>>, bid ROW<price BIGINT, item STRING>) WITH ('connector' = 'rows');
--| 1 | ('ann',('Oslo',150)) | NULL
--| 2 | NULL | (7,'apple')
--| 3 | ('bob',NULL) | (NULL,'pear')
--| 4 | (NULL,(NULL,1)) | (9,NULL)
--| 5 | NULL | NULL

SELECT id, person.home.city, person.home.zip + 1, person.name, bid.price FROM events WHERE id < 5;
--| 1 | Oslo | 151 | ann | NULL
--| 2 | NULL | NULL | NULL | 7
--| 3 | NULL | NULL | bob | NULL
--| 4 | NULL | 2 | NULL | 9
