-- Fields of ROWs as keys and conditions of a join, on changelogs.
CREATE TABLE auctions (id INT, item ROW<name STRING, kind ROW<code INT, tag STRING>>) WITH ('connector' = 'changes', 'format' = 'debezium-json');
--| +I 1 | ('pear',(10,'fruit'))
--| +I 2 | ('plum',NULL)
--| +I 3 | NULL
--| -U 1 | ('pear',(10,'fruit'))
--| +U 1 | ('pear',(20,'fruit'))
--| +I 4 | ('fig',(10,NULL))

CREATE TABLE kinds (kind ROW<code INT, label STRING>) WITH ('connector' = 'rows');
--| (10,'ten')
--| (20,'twenty')
--| NULL

SELECT a.id, a.item.name, k.kind.label, a.item.kind.tag FROM auctions a LEFT JOIN kinds k ON a.item.kind.code = k.kind.code;
--| 1 | pear | twenty | fruit
--| 2 | plum | NULL | NULL
--| 3 | NULL | NULL | NULL
--| 4 | fig | ten | NULL
