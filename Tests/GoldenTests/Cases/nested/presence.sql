-- Whether a ROW is there is another question than whether its fields are.
CREATE TABLE events (id INT, person ROW<name STRING, home ROW<city STRING, zip INT>>, bid ROW<price BIGINT, item STRING>) WITH ('connector' = 'rows');
--| 1 | ('ann',('Oslo',150)) | NULL
--| 2 | NULL | (7,'apple')
--| 3 | ('bob',NULL) | (NULL,'pear')
--| 4 | (NULL,(NULL,1)) | (NULL,NULL)
--| 5 | NULL | NULL

SELECT id, bid.item, person.home IS NULL, person.home.city IS NULL, CASE WHEN bid IS NULL THEN 'none' ELSE 'bid' END
FROM events WHERE bid IS NOT NULL OR person.home IS NOT NULL;
--| 1 | NULL | FALSE | FALSE | none
--| 2 | apple | TRUE | TRUE | bid
--| 3 | pear | TRUE | TRUE | bid
--| 4 | NULL | FALSE | TRUE | bid
