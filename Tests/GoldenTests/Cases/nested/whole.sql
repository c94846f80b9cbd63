-- A ROW that is wanted as a whole, beside its fields.
CREATE TABLE events (id INT, person ROW<name STRING, home ROW<city STRING, zip INT>>, bid ROW<price BIGINT, item STRING>) WITH ('connector' = 'rows');
--| 1 | ('ann',('Oslo',150)) | (3,'plum')
--| 2 | NULL | (7,'apple')
--| 3 | ('bob',NULL) | (NULL,'pear')
--| 4 | (NULL,(NULL,1)) | (9,NULL)

SELECT bid, bid.price * 2, person.home, person.home.zip, person.name FROM events WHERE bid.price IS NULL OR bid IS NOT NULL;
--| (3, plum) | 6 | (Oslo, 150) | 150 | ann
--| (7, apple) | 14 | NULL | NULL | NULL
--| (9, NULL) | 18 | (NULL, 1) | 1 | NULL
--| (NULL, pear) | NULL | NULL | NULL | bob
